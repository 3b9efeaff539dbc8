import type { Difficulty } from '../../contract/index.ts'
import type { Random } from '../../core/ports.ts'
import { delimitData } from './delimited-data.ts'
import type { RunPrompt, Verdict } from './run-handler.ts'

const MAX_QUESTION_LENGTH = 2000

const MANNER =
  'You are the interviewer in a job interview. You are courteous, clear and fair. Never ask about age, health, family, ' +
  'origin, religion, politics or anything else that has no bearing on the work. Never tell how an answer was judged, and ' +
  'never give the answer away. Reply with the question alone: one question, at most three sentences, plain text, no ' +
  'greeting, no numbering, no quotation marks.'

/**
 * The prompt for a question on a planned topic.
 *
 * @param facts.position the position it will have, from 1
 * @param facts.asked texts of the questions so far; some were written by a model, so they enter as data
 */
export function questionPrompt(
  random: Random,
  facts: {
    interviewTitle: string
    topic: string
    difficulty: Difficulty
    position: number
    asked: readonly string[]
  },
): RunPrompt {
  const { interviewTitle, topic, difficulty, position, asked } = facts
  const data = delimitData(
    random,
    asked.map((text, index) => ({ name: `question ${index + 1} so far`, text })),
  )
  const task =
    `The interview is "${interviewTitle}". Ask the next question. Topic: ${topic}. Difficulty: ${difficulty}. ` +
    'Do not repeat a question that was asked before.'
  return {
    messages: [
      {
        role: 'system',
        content: asked.length > 0 ? `${MANNER}\n\n${data.rule}\n\n${task}` : `${MANNER}\n\n${task}`,
      },
      { role: 'user', content: asked.length > 0 ? data.text : 'This is the first question.' },
    ],
    promptVersion: 'question.1',
    maxOutputTokens: 400,
    temperature: 0.7,
    task: { purpose: 'question', topic, difficulty, position },
  }
}

/** The prompt for a question that goes into an answer. Question and answer enter as delimited data. */
export function followUpPrompt(
  random: Random,
  facts: { interviewTitle: string; question: string; answer: string; position: number },
): RunPrompt {
  const { interviewTitle, question, answer, position } = facts
  const data = delimitData(random, [
    { name: 'question', text: question },
    { name: 'answer', text: answer },
  ])
  const task =
    `The interview is "${interviewTitle}". Ask one follow-up question that goes deeper into the candidate's answer: ` +
    'ask for what is vague, missing or most telling in it.'
  return {
    messages: [
      { role: 'system', content: `${MANNER}\n\n${data.rule}\n\n${task}` },
      { role: 'user', content: data.text },
    ],
    promptVersion: 'follow_up.1',
    maxOutputTokens: 400,
    temperature: 0.7,
    task: { purpose: 'follow_up', question, answer, position },
  }
}

/** Accepts a question as the candidate will see it: trimmed, not empty, not a wall of text. */
export function validateQuestion(text: string): Verdict<string> {
  const value = text
    .trim()
    .replace(/^"(.*)"$/s, '$1')
    .trim()
  if (value === '') return { ok: false, problem: 'The reply was empty. Reply with one question.' }
  if (value.length > MAX_QUESTION_LENGTH) {
    return {
      ok: false,
      problem: 'The reply was far too long. Reply with one question of at most three sentences.',
    }
  }
  return { ok: true, value }
}
