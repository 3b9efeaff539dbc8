/** Sessions, as other domains may use them. */
export { changeSession } from './change-session.ts'
export { closeSession, endSession } from './close-session.ts'
export { endOverdueSessions } from './end-overdue-sessions.ts'
export { isOverdue, loadDefinition, lockSession, type Reader, type SessionRow } from './internal.ts'
export { questionRunHandlers } from './question-runs.ts'
export { loadSession } from './session-view.ts'
export { hashTerms } from './terms.ts'
export { loadTranscript } from './transcript.ts'
