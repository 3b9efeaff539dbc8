import type { SessionEventType } from '@viva/client'

/** What an event belongs to, for filters: what was asked and answered, what was observed and decided, the rest. */
export type EventCategory = 'conversation' | 'proctoring' | 'course'

const CATEGORIES: Record<SessionEventType, EventCategory> = {
  'session.created': 'course',
  'session.claimed': 'course',
  'session.prechecked': 'course',
  'session.transitioned': 'course',
  'question.asked': 'conversation',
  'answer.received': 'conversation',
  'signal.recorded': 'proctoring',
  'signal.gap': 'proctoring',
  'signal.reordered': 'proctoring',
  'strike.issued': 'proctoring',
  'strike.reviewed': 'proctoring',
  'policy.applied': 'proctoring',
  'run.started': 'course',
  'run.finished': 'course',
  'media.stored': 'course',
  'media.rejected': 'course',
  'report.ready': 'course',
  'report.failed': 'course',
}

/** Types that a newer server may write belong to the course of the session. */
export const categoryOf = (type: SessionEventType): EventCategory =>
  Object.hasOwn(CATEGORIES, type) ? CATEGORIES[type] : 'course'
