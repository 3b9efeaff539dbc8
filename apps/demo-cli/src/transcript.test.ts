import { expect, test } from 'vitest'
import { parseTranscript, readTranscript } from './transcript.ts'

test('answers come in order, with their paragraphs, and without comments', () => {
  const text =
    '# how it works\n\n== question 1\none\nline\n# a remark\n\nsecond paragraph\n\n== question 2\nthe other\n'
  expect(parseTranscript(text)).toEqual(['one line\n\nsecond paragraph', 'the other'])
})

test.each([
  ['# nothing', 'holds no answers'],
  ['== question 1\n\n== question 2\nyes', 'answer 1 of the transcript is empty'],
  ['hello\n== question 1\nyes', 'text before'],
])('%j is refused', (text, message) => {
  expect(() => parseTranscript(text)).toThrow(message)
})

test("the demo's own transcript holds three answers", async () => {
  const answers = await readTranscript()
  expect(answers).toHaveLength(3)
  for (const answer of answers) expect(answer.split(/\s+/).length).toBeGreaterThan(80)
})
