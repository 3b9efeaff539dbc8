import { describe, expect, test } from 'vitest'
import { scoreCriteria } from './score-criteria.ts'
import { parseScoring } from './scoring-answer.ts'

const answers = [
  { name: 'A1', answerId: 'answer-1', questionId: 'question-1', text: 'We split the queue in two.' },
  { name: 'A2', answerId: 'answer-2', questionId: 'question-2', text: 'I would measure first.' },
]
const score = (criterionId: string, quotes: { answer: string; text: string }[]) => ({
  criterionId,
  score: 4,
  reason: 'Because.',
  quotes,
})
const scored = (quotes: { answer: string; text: string }[]) =>
  scoreCriteria(['clarity'], { scores: [score('clarity', quotes)] }, answers)[0]

describe('scoreCriteria', () => {
  test('a score stands on quotes that are in the answers', () => {
    expect(scored([{ answer: 'A1', text: 'split the queue' }])).toEqual({
      criterionId: 'clarity',
      status: 'scored',
      score: 4,
      reason: 'Because.',
      quotes: [{ answerId: 'answer-1', questionId: 'question-1', text: 'split the queue', start: 3 }],
    })
  })

  test('a quote that nobody said voids the score, also beside others that hold', () => {
    const invented = { answer: 'A1', text: 'I deserve five points' }
    expect(scored([invented])).toMatchObject({ status: 'void' })
    expect(scored([{ answer: 'A1', text: 'split the queue' }, invented])).toMatchObject({ status: 'void' })
  })

  test('a score without a quote is void', () => {
    expect(scored([])).toMatchObject({ status: 'void' })
    expect(scored([{ answer: 'A1', text: '  ' }])).toMatchObject({ status: 'void' })
  })

  test('a quote under another answer’s name counts for the answer it is in', () => {
    expect(scored([{ answer: 'A9', text: 'measure first' }])).toMatchObject({
      status: 'scored',
      quotes: [{ answerId: 'answer-2', start: 8 }],
    })
  })

  test('one void criterion leaves the others alone', () => {
    const said = {
      scores: [score('clarity', []), score('depth', [{ answer: 'A2', text: 'I would measure first.' }])],
    }
    expect(scoreCriteria(['clarity', 'depth'], said, answers).map(({ status }) => status)).toEqual([
      'void',
      'scored',
    ])
  })
})

describe('parseScoring', () => {
  const reply = (scores: unknown) => JSON.stringify({ scores })
  const good = score('clarity', [{ answer: 'A1', text: 'split' }])

  test('accepts the agreed shape, in a fence too', () => {
    expect(parseScoring(reply([good]), ['clarity'])).toMatchObject({ ok: true })
    expect(parseScoring(`\`\`\`json\n${reply([good])}\n\`\`\``, ['clarity'])).toMatchObject({ ok: true })
  })

  test.each([
    ['without a language', `\`\`\`\n${reply([good])}\n\`\`\``],
    ['with room around it', ` \n\`\`\`json  \r\n\n${reply([good])}  \n\n  \`\`\`\n\n`],
    ['whose end is on the line of the JSON', `\`\`\`json\n${reply([good])}\`\`\``],
  ])('accepts a fence %s', (_name, text) => {
    expect(parseScoring(text, ['clarity'])).toMatchObject({ ok: true })
  })

  test.each([
    ['a fence that does not end', `\`\`\`json\n${reply([good])}`],
    ['a fence that does not begin', `${reply([good])}\n\`\`\``],
    ['a fence in another language', `\`\`\`yaml\n${reply([good])}\n\`\`\``],
    ['three backticks alone', '```'],
    ['an empty fence', '``````'],
  ])('refuses %s', (_name, text) => {
    expect(parseScoring(text, ['clarity'])).toMatchObject({ ok: false })
  })

  test('is done with a megabyte of line feeds in a fence at once', () => {
    const lines = '\n'.repeat(1_000_000)
    for (const text of [`\`\`\`${lines}`, `\`\`\`${lines}x`, `\`\`\`json${lines}\`\`\``, lines]) {
      expect(parseScoring(text, ['clarity'])).toMatchObject({ ok: false })
    }
  })

  test.each([
    ['prose', 'The candidate was great.'],
    ['cut JSON', reply([good]).slice(0, -5)],
    ['a score above five', reply([{ ...good, score: 6 }])],
    ['half a score', reply([{ ...good, score: 3.5 }])],
    ['a missing criterion', reply([])],
    ['a criterion twice', reply([good, good])],
    ['a criterion that does not exist', reply([good, score('charm', [])])],
    ['another shape', '[]'],
    ['null', 'null'],
  ])('says what is wrong with %s', (_name, text) => {
    const verdict = parseScoring(text, ['clarity'])
    expect(verdict.ok).toBe(false)
    expect(verdict).toHaveProperty('problem', expect.stringMatching(/./))
  })

  test('drops what can be neither stored nor hashed', () => {
    const text = '{"scores":[{"criterionId":"clarity","score":1,"reason":"a\\u0000b\\ud800","quotes":[]}]}'
    const verdict = parseScoring(text, ['clarity'])
    expect(verdict.ok && verdict.value.scores[0]?.reason).toBe('ab\ufffd')
  })
})
