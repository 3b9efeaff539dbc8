import type { Criterion, InterviewDefinition, TranscriptEntry } from '../../contract/index.ts'
import type { Random } from '../../core/ports.ts'
import { type DataBlock, delimitData, type RunPrompt } from '../ai/index.ts'
import type { NamedAnswer } from './score-criteria.ts'
import { scoringSchema } from './scoring-answer.ts'

/** More of one answer is not shown to a model, in UTF-16 code units; the reviewer sees all of it. */
const MAX_SHOWN = 20_000
/** The same for all answers together: what a model reads is paid for, and a candidate decides how much they send. */
const MAX_SHOWN_IN_ALL = 200_000
/** What the markers around an answer take of that. */
const MARKERS = 100

/** The answers that say something, named A1, A2 … in the order given. Names are the same for the same transcript. */
export function nameAnswers(transcript: readonly TranscriptEntry[]): NamedAnswer[] {
  return transcript
    .flatMap(({ question, answers }) =>
      answers.map(({ id, text }) => ({ answerId: id, questionId: question.id, text })),
    )
    .filter(({ text }) => text.trim() !== '')
    .map((answer, index) => ({ name: `A${index + 1}`, ...answer }))
}

/** An answer as a model gets to read it. */
interface ShownAnswer extends NamedAnswer {
  /** Whether this is only its beginning. */
  isCut: boolean
}

/**
 * What a model gets to read of the answers: each from its beginning, as long as there is room for it. Quotes can come from
 * nothing else, and so are looked up in nothing else.
 */
export function shownAnswers(transcript: readonly TranscriptEntry[]): {
  shown: ShownAnswer[]
  /** Answers of which nothing is shown. */
  hidden: number
} {
  const named = nameAnswers(transcript)
  let room = MAX_SHOWN_IN_ALL
  const shown = named.flatMap((answer): ShownAnswer[] => {
    const text = answer.text.slice(0, MAX_SHOWN).toWellFormed()
    const size = text.length + MARKERS
    if (size > room) return []
    room -= size
    return [{ ...answer, text, isCut: answer.text.length > MAX_SHOWN }]
  })
  return { shown, hidden: named.length - shown.length }
}

/** Questions and answers as data: both may hold words of the candidate, since follow-ups quote answers. */
function toBlocks(transcript: readonly TranscriptEntry[]): DataBlock[] {
  const { shown, hidden } = shownAnswers(transcript)
  const blocks = transcript.flatMap(({ question }) => [
    { name: `question ${question.position}`, text: question.text },
    ...shown
      .filter(({ questionId }) => questionId === question.id)
      .map(({ name, text, isCut }) => ({
        name: `answer ${name}`,
        text: isCut ? `${text}\n[the rest is not shown]` : text,
      })),
  ])
  return hidden === 0 ? blocks : [...blocks, { name: 'note', text: `[${hidden} more answers are not shown]` }]
}

function describe({ id, name, description, anchors }: Criterion): string {
  const levels = [...anchors]
    .sort((one, other) => one.score - other.score)
    .map(({ score, behaviour }) => `  ${score}: ${behaviour}`)
  return [`- ${id} (${name}) ${description}`.trimEnd(), ...levels].join('\n')
}

/** The prompt that scores a transcript by the interview's rubric. */
export function scoringPrompt(
  random: Random,
  definition: InterviewDefinition,
  transcript: readonly TranscriptEntry[],
): RunPrompt {
  const data = delimitData(random, toBlocks(transcript))
  const criterionIds = definition.rubric.map(({ id }) => id)
  const task = [
    `You assess a candidate's answers in the interview "${definition.title}". A person will check what you say and decide.`,
    'Score every criterion with a whole number from 1 to 5. The behaviour given for a score says what it stands for; what ' +
      'lies between is for you to place. Judge only what the answers say about the criterion: not language skills, length, ' +
      'style, name, or anything else about the person. An answer that says nothing on a criterion earns a low score.',
    'For every score quote one to three passages of the answers, each copied character by character from one answer, at ' +
      'most about 30 words, without adding, leaving out or mending anything, and name the answer. Every quote is looked up; ' +
      'a single one that is not there voids the score.',
    `The criteria:\n${definition.rubric.map(describe).join('\n')}`,
    'Reply with one JSON object: {"scores":[{"criterionId":"…","score":1,"reason":"…","quotes":[{"answer":"A1","text":"…"}]}]}',
  ].join('\n\n')
  return {
    messages: [
      { role: 'system', content: `${task}\n\n${data.rule}` },
      { role: 'user', content: data.text },
    ],
    schema: { name: 'scores', schema: scoringSchema(criterionIds) },
    promptVersion: 'scoring.1',
    maxOutputTokens: Math.min(8000, 600 + 500 * criterionIds.length),
    temperature: 0,
    task: { purpose: 'scoring', criterionIds },
  }
}

/** The prompt that sums a transcript up for a reviewer. */
export function summaryPrompt(
  random: Random,
  definition: InterviewDefinition,
  transcript: readonly TranscriptEntry[],
): RunPrompt {
  const data = delimitData(random, toBlocks(transcript))
  const task = [
    `You sum up the interview "${definition.title}" for a reviewer who will decide.`,
    'Say in at most 150 words of plain text what the candidate said to each question, and which questions stayed open. Do ' +
      'not judge, do not recommend, do not guess at anything that was not said.',
  ].join('\n\n')
  return {
    messages: [
      { role: 'system', content: `${task}\n\n${data.rule}` },
      { role: 'user', content: data.text },
    ],
    promptVersion: 'summary.1',
    maxOutputTokens: 800,
    temperature: 0.2,
    task: { purpose: 'summary' },
  }
}
