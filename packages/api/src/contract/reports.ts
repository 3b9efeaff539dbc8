import type { MediaObject } from './media.ts'
import type { ChainStatus, Question, Session } from './sessions.ts'
import type { Strike, StrikeReview } from './signals.ts'

/** A passage of an answer, checked by the server to be in the transcript word for word. */
export interface Quote {
  answerId: string
  questionId: string
  text: string
  /** Where it starts in the answer, in UTF-16 code units. */
  start: number
}

/** A criterion's score. `void` means the AI gave a score whose quotes are not in the transcript. */
export type CriterionScore =
  | { criterionId: string; status: 'scored'; score: number; reason: string; quotes: Quote[] }
  | { criterionId: string; status: 'void'; why: string }
  | { criterionId: string; status: 'not_scored'; why: string }

export const REPORT_STATUSES = ['pending', 'ready', 'failed'] as const
export type ReportStatus = (typeof REPORT_STATUSES)[number]

export interface TranscriptEntry {
  question: Question
  answers: { id: string; text: string; mediaId: string | null; late: boolean; receivedAt: string }[]
}

/** Everything a reviewer decides on. Machines score and flag; people decide. */
export interface Report {
  id: string | null
  status: ReportStatus
  session: Session
  transcript: TranscriptEntry[]
  scores: CriterionScore[]
  summary: string | null
  strikes: (Strike & {
    signals: { seq: number; kind: string; at: string; clientTime: string }[]
    /** The newest decision of a person; null while nobody has decided. */
    review: StrikeReview | null
  })[]
  media: MediaObject[]
  chain: ChainStatus
  createdAt: string | null
}
