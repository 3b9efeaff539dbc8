import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PlannedQuestion } from '../../contract/index.ts'
import { type AskedQuestion, nextStep } from './question-plan.ts'

const now = new Date('2026-01-31T09:00:00.000Z')
const later = new Date(now.getTime() + 60_000)
const fixed = (id: string, maxFollowUps = 0): PlannedQuestion => ({
  id,
  kind: 'fixed',
  text: id,
  maxFollowUps,
})
const byAi = (id: string): PlannedQuestion => ({
  id,
  kind: 'ai',
  topic: id,
  difficulty: 'medium',
  maxFollowUps: 0,
})
const asked = (id: string, planId: string, more: Partial<AskedQuestion> = {}): AskedQuestion => ({
  id,
  planId,
  followUpOf: null,
  deadlineAt: later,
  answer: 'words',
  ...more,
})

describe('the plan', () => {
  test('begins with its first question, fixed or by AI', () => {
    expect(nextStep([fixed('a')], [], now)).toMatchObject({ kind: 'ask', planned: { id: 'a' } })
    expect(nextStep([byAi('a')], [], now)).toMatchObject({ kind: 'write', planned: { id: 'a' } })
  })

  test('stays with a question that waits for its answer, and leaves it when its time is over', () => {
    const plan = [fixed('a', 2), fixed('b')]
    const waiting = asked('1', 'a', { answer: 'none' })
    expect(nextStep(plan, [waiting], now)).toEqual({ kind: 'stay', questionId: '1' })
    expect(nextStep(plan, [{ ...waiting, deadlineAt: now }], now)).toMatchObject({
      kind: 'ask',
      planned: { id: 'b' },
    })
  })

  test('a blank answer draws no follow-up', () => {
    expect(nextStep([fixed('a', 2)], [asked('1', 'a', { answer: 'blank' })], now)).toEqual({ kind: 'done' })
  })

  test('follow-ups belong to the first question of their thread and end at the limit', () => {
    const plan = [fixed('a', 2), fixed('b')]
    const first = asked('1', 'a')
    const second = asked('2', 'a', { followUpOf: '1' })
    const third = asked('3', 'a', { followUpOf: '1' })
    expect(nextStep(plan, [first], now)).toEqual({
      kind: 'follow_up',
      planId: 'a',
      followUpOf: '1',
      after: '1',
    })
    expect(nextStep(plan, [first, second], now)).toMatchObject({ followUpOf: '1', after: '2' })
    expect(nextStep(plan, [first, second, third], now)).toMatchObject({ kind: 'ask', planned: { id: 'b' } })
  })

  test('whatever is answered, every planned question is asked once, in order, and no limit is passed', () => {
    const plans = fc
      .array(fc.record({ ai: fc.boolean(), maxFollowUps: fc.integer({ min: 0, max: 3 }) }), {
        minLength: 1,
        maxLength: 8,
      })
      .map((items) =>
        items.map(({ ai, maxFollowUps }, index) => ({
          ...(ai ? byAi(`q${index}`) : fixed(`q${index}`)),
          maxFollowUps,
        })),
      )
    const answers = fc.infiniteStream(fc.constantFrom<AskedQuestion['answer']>('words', 'blank', 'none'))
    fc.assert(
      fc.property(plans, answers, (plan, stream) => {
        const log: AskedQuestion[] = []
        for (let step = nextStep(plan, log, now); step.kind !== 'done'; step = nextStep(plan, log, now)) {
          if (step.kind === 'stay') throw new Error('nothing waits here: unanswered questions are overdue')
          const answer = stream.next().value ?? 'words'
          const followUpOf = step.kind === 'follow_up' ? step.followUpOf : null
          const planId = step.kind === 'follow_up' ? step.planId : step.planned.id
          log.push(asked(String(log.length), planId, { followUpOf, answer, deadlineAt: now }))
        }
        const roots = log.filter(({ followUpOf }) => followUpOf === null)
        expect(roots.map(({ planId }) => planId)).toEqual(plan.map(({ id }) => id))
        for (const root of roots) {
          const limit = plan.find(({ id }) => id === root.planId)?.maxFollowUps ?? 0
          expect(log.filter(({ followUpOf }) => followUpOf === root.id).length).toBeLessThanOrEqual(limit)
        }
      }),
    )
  })
})
