/** Where a session stands. `completed` and `ended` are terminal: they are never left. */
export const SESSION_STATES = ['setup', 'precheck', 'ready', 'active', 'completed', 'ended'] as const
export type SessionState = (typeof SESSION_STATES)[number]

/** Why a session ended without being completed. */
export const END_REASONS = ['policy', 'expired', 'withdrawn', 'technical'] as const
export type EndReason = (typeof END_REASONS)[number]

/** What can be done to a session; each is one procedure, `expire` and `end` are the server's and a member's. */
export const SESSION_ACTIONS = [
  'claim',
  'precheck',
  'start',
  'nextQuestion',
  'answer',
  'recordSignals',
  'createUpload',
  'finalize',
  'withdraw',
  'end',
] as const
export type SessionAction = (typeof SESSION_ACTIONS)[number]

/**
 * The one published transition table: for each state, the actions it allows and the state each leads to.
 * An action that is not listed answers `INVALID_STATE`.
 */
export const TRANSITIONS = {
  setup: { claim: 'precheck', end: 'ended' },
  precheck: { precheck: 'ready', recordSignals: 'precheck', withdraw: 'ended', end: 'ended' },
  ready: {
    precheck: 'ready',
    start: 'active',
    recordSignals: 'ready',
    createUpload: 'ready',
    withdraw: 'ended',
    end: 'ended',
  },
  active: {
    nextQuestion: 'active',
    answer: 'active',
    recordSignals: 'active',
    createUpload: 'active',
    finalize: 'completed',
    withdraw: 'ended',
    end: 'ended',
  },
  completed: {},
  ended: {},
} as const satisfies Record<SessionState, Partial<Record<SessionAction, SessionState>>>

/** The state that `action` leads to from `state`, or null where it is not allowed. */
export function nextState(state: SessionState, action: SessionAction): SessionState | null {
  const row: Partial<Record<SessionAction, SessionState>> = TRANSITIONS[state]
  return row[action] ?? null
}

/** What a session in `state` allows, in the order of the table. */
export function allowedActions(state: SessionState): SessionAction[] {
  return SESSION_ACTIONS.filter((action) => nextState(state, action) !== null)
}

/** True for states that are never left. */
export function isTerminal(state: SessionState): boolean {
  return state === 'completed' || state === 'ended'
}
