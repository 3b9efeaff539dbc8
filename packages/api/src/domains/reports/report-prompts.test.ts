import { expect, test } from 'vitest'
import type { InterviewDefinition, TranscriptEntry } from '../../contract/index.ts'
import { systemRandom } from '../../core/system.ts'
import { composeBody } from './report-body.ts'
import { nameAnswers, scoringPrompt, summaryPrompt } from './report-prompts.ts'

const definition: InterviewDefinition = {
  title: 'Backend engineer',
  introduction: '',
  questions: [{ id: 'q', kind: 'fixed', text: 'What did you build?', maxFollowUps: 0 }],
  rubric: [
    {
      id: 'depth',
      name: 'Depth',
      description: '',
      weight: 1,
      anchors: [
        { score: 1, behaviour: 'low' },
        { score: 5, behaviour: 'high' },
      ],
    },
  ],
  limits: { totalSeconds: 600, questionSeconds: 600 },
  sensors: [],
  open: false,
  policy: { policyId: 'p', version: 1 },
}

function transcriptOf(texts: readonly string[]): TranscriptEntry[] {
  const at = '2026-01-31T09:00:00.000Z'
  return [
    {
      question: {
        id: 'q1',
        position: 1,
        text: 'What did you build?',
        planId: 'q',
        followUpOf: null,
        askedAt: at,
        deadlineAt: at,
        answered: true,
      },
      answers: texts.map((text, index) => ({
        id: `a${index}`,
        text,
        mediaId: null,
        late: false,
        receivedAt: at,
      })),
    },
  ]
}

const sizeOf = ({ messages }: { messages: readonly { content: string }[] }): number =>
  messages.reduce((sum, { content }) => sum + content.length, 0)

test('however much a candidate sends, what a model reads of it has a bound', () => {
  const few = transcriptOf(Array.from({ length: 160 }, () => 'x'.repeat(50_000)))
  const many = transcriptOf(Array.from({ length: 20_000 }, () => 'x'))
  for (const flood of [few, many]) {
    const full = scoringPrompt(systemRandom, definition, flood)
    expect(sizeOf(full)).toBeLessThan(210_000)
    expect(sizeOf(summaryPrompt(systemRandom, definition, flood))).toBeLessThan(210_000)
    expect(full.messages.at(-1)?.content).toContain('more answers are not shown')
  }
})

test('answers that fit are shown whole, under the names that quotes are looked up by', () => {
  const said = ['A queue that never loses a message.', 'It was the index.']
  const transcript = transcriptOf(said)
  const content = scoringPrompt(systemRandom, definition, transcript).messages.at(-1)?.content ?? ''
  for (const { name, text } of nameAnswers(transcript)) {
    expect(content).toMatch(new RegExp(`answer ${name}>>>\\n${text}\\n`))
  }
  expect(content).not.toContain('not shown')
})

test('a quote is looked up in what a model was shown: megabytes of answers do not hold up the server', () => {
  const said = Array.from(
    { length: 160 },
    (_, index) => `Nobody reads answer ${index}. ${'x'.repeat(49_000)}`,
  )
  const transcript = transcriptOf(['It was the index.', ...said])
  const scoreWith = (text: string) => {
    const score = { criterionId: 'depth', score: 4, reason: 'It says so.', quotes: [{ answer: 'A1', text }] }
    const scoring = {
      id: 'run',
      outcome: 'succeeded' as const,
      output: JSON.stringify({ scores: [score] }),
      task: { criterionIds: ['depth'] },
      errorCode: null,
    }
    return composeBody({ definition, transcript }, { scoring, summary: null }, null).scores
  }
  expect(scoreWith('It was the index.')).toMatchObject([{ status: 'scored', quotes: [{ start: 0 }] }])
  // Looking through all eight megabytes took 6 s and 700 MB.
  expect(scoreWith('Nobody reads answer 150.')).toMatchObject([{ status: 'void' }])
})
