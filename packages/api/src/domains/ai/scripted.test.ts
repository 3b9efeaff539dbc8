import { describe, expect, test } from 'vitest'
import { DIFFICULTIES } from '../../contract/index.ts'
import type { AiChunk, AiTask } from '../../core/ports/ai.ts'
import { createScriptedProvider, scriptedText } from './index.ts'

async function chunksOf(task: AiTask): Promise<AiChunk[]> {
  const said = createScriptedProvider().stream({
    messages: [],
    maxOutputTokens: 100,
    temperature: 0,
    signal: new AbortController().signal,
    task,
  })
  const chunks: AiChunk[] = []
  for await (const chunk of said) chunks.push(chunk)
  return chunks
}
const question = (topic: string, position = 1): AiTask => ({
  purpose: 'question',
  topic,
  difficulty: 'medium',
  position,
})

describe('the scripted interviewer', () => {
  test('streams word by word, costs nothing and cannot score', async () => {
    const task = question('React')
    const chunks = await chunksOf(task)
    const words = chunks.flatMap((chunk) => (chunk.type === 'text' ? [chunk.text] : []))
    expect(words.join('')).toBe(scriptedText(task))
    expect(words.length).toBe(scriptedText(task).split(' ').length)
    expect(chunks.at(-1)).toEqual({ type: 'usage', inputTokens: 0, outputTokens: 0 })
    expect(createScriptedProvider().canScore).toBe(false)
  })

  test('asks the same of the same task, and something else at the next position', () => {
    expect(scriptedText(question('databases'))).toBe(scriptedText(question('databases')))
    expect(scriptedText(question('databases', 2))).not.toBe(scriptedText(question('databases', 1)))
  })

  test('finds the field by whole words of the topic, in any case', () => {
    expect(scriptedText(question('PostgreSQL tuning'))).toMatch(/query/)
    expect(scriptedText(question('nosqlish things'))).toContain('nosqlish things')
  })

  test('has a question for any topic and difficulty, and puts the topic in as it is', () => {
    for (const difficulty of DIFFICULTIES) {
      const text = scriptedText({
        purpose: 'question',
        topic: "bee-keeping for $& and '$1'",
        difficulty,
        position: 7,
      })
      expect(text).toContain("bee-keeping for $& and '$1'")
      expect(text).toMatch(/\?$/)
    }
  })

  test('says nothing where only a model could judge', () => {
    expect(scriptedText({ purpose: 'scoring', criterionIds: ['clarity'] })).toBe('')
    expect(scriptedText({ purpose: 'summary' })).toBe('')
  })
})
