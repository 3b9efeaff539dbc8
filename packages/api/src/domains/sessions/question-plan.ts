import type { PlannedQuestion } from '../../contract/index.ts'

/** What the plan must know of a question that was asked. */
export interface AskedQuestion {
  id: string
  planId: string
  /** The planned question's question that this one follows up on. */
  followUpOf: string | null
  deadlineAt: Date
  /** Whether an answer came, and whether it holds words that a follow-up could go into. */
  answer: 'none' | 'blank' | 'words'
}

/** What comes next in an interview. */
export type NextStep =
  /** The last question still waits for its answer. */
  | { kind: 'stay'; questionId: string }
  | { kind: 'ask'; planned: Extract<PlannedQuestion, { kind: 'fixed' }> }
  | { kind: 'write'; planned: Extract<PlannedQuestion, { kind: 'ai' }> }
  /** An AI question on the answer to `after`, in the thread of `followUpOf`. */
  | { kind: 'follow_up'; planId: string; followUpOf: string; after: string }
  | { kind: 'done' }

/**
 * Says what comes next, from the plan and what was asked so far in its order. A question is left once it is answered
 * or its time is over; an answer in words draws follow-ups up to the plan's limit before the plan goes on. Pure.
 */
export function nextStep(
  plan: readonly PlannedQuestion[],
  asked: readonly AskedQuestion[],
  now: Date,
): NextStep {
  const last = asked.at(-1)
  if (last === undefined) return stepFor(plan[0])
  if (last.answer === 'none' && last.deadlineAt.getTime() > now.getTime()) {
    return { kind: 'stay', questionId: last.id }
  }
  const index = plan.findIndex((planned) => planned.id === last.planId)
  const followUpOf = last.followUpOf ?? last.id
  const followUps = asked.filter((question) => question.followUpOf === followUpOf).length
  if (last.answer === 'words' && followUps < (plan[index]?.maxFollowUps ?? 0)) {
    return { kind: 'follow_up', planId: last.planId, followUpOf, after: last.id }
  }
  return stepFor(plan[index + 1])
}

function stepFor(planned: PlannedQuestion | undefined): NextStep {
  if (planned === undefined) return { kind: 'done' }
  return planned.kind === 'fixed' ? { kind: 'ask', planned } : { kind: 'write', planned }
}
