import type { Sensor } from './signals.ts'

export const DIFFICULTIES = ['easy', 'medium', 'hard'] as const
export type Difficulty = (typeof DIFFICULTIES)[number]

interface PlannedQuestionBase {
  /** Unique within the plan; stays the same over versions. */
  id: string
  /** Time for the answer in seconds; the interview's default where absent. */
  seconds?: number | undefined
  /** How many AI follow-ups an answer may draw, 0 to 3. */
  maxFollowUps: number
}

/** A question as the interview plans it: word for word, or by a topic that the AI asks about. */
export type PlannedQuestion =
  | (PlannedQuestionBase & { kind: 'fixed'; text: string })
  | (PlannedQuestionBase & { kind: 'ai'; topic: string; difficulty: Difficulty })

/** One thing that answers are scored on, with what a low and a high score look like in behaviour. */
export interface Criterion {
  id: string
  name: string
  description: string
  /** Relative to the other criteria, more than 0. */
  weight: number
  /** Behaviour that stands for a score, at least two; scores are whole numbers from 1 to 5. */
  anchors: { score: number; behaviour: string }[]
}

/** Everything that defines an interview. A version of it never changes once made. */
export interface InterviewDefinition {
  title: string
  /** Shown to the candidate before anything starts. */
  introduction: string
  questions: PlannedQuestion[]
  rubric: Criterion[]
  limits: {
    /** Whole active time in seconds. */
    totalSeconds: number
    /** Default time for one answer in seconds. */
    questionSeconds: number
  }
  /** What is asked for; a candidate may decline every sensor that is not required. */
  sensors: { sensor: Sensor; required: boolean }[]
  /** Whether anyone who is signed in, guests of another interview too, may start it without an invitation. */
  open: boolean
  policy: { policyId: string; version: number }
}

/** An interview with one version of its definition. */
export interface Interview {
  id: string
  companyId: string
  version: number
  latestVersion: number
  /** The version that new sessions get; null while it is a draft. */
  publishedVersion: number | null
  definition: InterviewDefinition
  createdAt: string
  updatedAt: string
}

export interface InterviewSummary {
  id: string
  title: string
  latestVersion: number
  publishedVersion: number | null
  open: boolean
  questionCount: number
  createdAt: string
  updatedAt: string
}
