import type { InterviewDefinition } from '@viva/client'
import { interviews } from '@viva/client/schemas'
import { expect, test } from 'vitest'
import { refusalsOf } from '../../ui/form-resolver.ts'
import { duplicateCriterion, duplicateQuestion, emptyForm, toDefinition, toForm } from './interview-form.ts'

const DEFINITION: InterviewDefinition = {
  title: 'Nurse',
  introduction: 'Ten minutes.',
  questions: [
    { id: 'why', kind: 'fixed', text: 'Why?', seconds: 90, maxFollowUps: 2 },
    { id: 'shift', kind: 'ai', topic: 'a hard shift', difficulty: 'hard', maxFollowUps: 0 },
  ],
  rubric: [
    {
      id: 'care',
      name: 'Care',
      description: '',
      weight: 1.5,
      anchors: [
        { score: 1, behaviour: 'Does not ask.' },
        { score: 4, behaviour: 'Asks, and acts on it.' },
      ],
    },
  ],
  limits: { totalSeconds: 600, questionSeconds: 120 },
  sensors: [
    { sensor: 'browser', required: true },
    { sensor: 'camera', required: false },
  ],
  open: true,
  policy: { policyId: '0b54e0c6-8d3a-4f57-9c1c-7a7d7d8f6a10', version: 3 },
}

const refusals = (form = emptyForm()) => refusalsOf(interviews.interviewDefinitionInput, toDefinition(form))

test('a definition that is opened and closed again is the same', () => {
  expect(toDefinition(toForm(DEFINITION))).toEqual(DEFINITION)
  expect(refusals(toForm(DEFINITION))).toEqual([])
})

test('the standard policy is left for the server to name', () => {
  expect(toDefinition(emptyForm())).not.toHaveProperty('policy')
})

test('what is wrong is said at the field, in plain words', () => {
  const form = toForm(DEFINITION)
  form.title = ' '
  form.limits.totalSeconds = ''
  form.limits.questionSeconds = '5'
  const [fixed, ai] = form.questions
  if (!fixed || !ai) throw new Error('the plan has two questions')
  fixed.text = ''
  fixed.seconds = '12.5'
  ai.topic = 'x'.repeat(201)
  for (const criterion of form.rubric) {
    criterion.weight = '0'
    criterion.anchors = criterion.anchors.map(({ score }) => ({ score, behaviour: '' }))
  }
  const found = Object.fromEntries(refusals(form).map(({ path, message }) => [path, message]))
  expect(found).toEqual({
    title: 'Fill this in.',
    'limits.totalSeconds': 'Enter a number.',
    'limits.questionSeconds': 'Must be at least 10.',
    'questions.0.text': 'Fill this in.',
    'questions.0.seconds': 'Enter a whole number.',
    'questions.1.topic': 'Write at most 200 characters.',
    'rubric.0.weight': 'Must be more than 0.',
    'rubric.0.anchors': 'At least 2 are needed.',
  })
})

test('a kind that is tried and left again keeps what was written for either', () => {
  const form = toForm(DEFINITION)
  const [question] = form.questions
  if (!question) throw new Error('the plan has questions')
  question.kind = 'ai'
  question.topic = 'reasons'
  expect(toDefinition(form).questions[0]).toMatchObject({ kind: 'ai', topic: 'reasons' })
  question.kind = 'fixed'
  expect(toDefinition(form).questions[0]).toMatchObject({ kind: 'fixed', text: 'Why?' })
})

test('duplicates are parts of their own', () => {
  const form = toForm(DEFINITION)
  const [question] = form.questions
  const [criterion] = form.rubric
  if (!question || !criterion) throw new Error('the definition has both')
  form.questions.push(duplicateQuestion(question))
  const copy = duplicateCriterion(criterion)
  form.rubric.push(copy)
  expect(refusals(form)).toEqual([])
  const [anchor] = copy.anchors
  if (anchor) anchor.behaviour = 'changed'
  expect(criterion.anchors[0]?.behaviour).toBe('Does not ask.')
})
