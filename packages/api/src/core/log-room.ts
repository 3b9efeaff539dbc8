import type { SessionEventType } from '../contract/index.ts'
import type { Actor } from './actor.ts'
import { AppError } from './errors.ts'

/**
 * How long a log may be before a candidate's own entries are refused, by type. Eight hours with a signal every two seconds
 * stay below; without an end, one link would be enough to fill the disk, and the memory of whoever exports the log. Answers
 * have room beyond that of signals, so that a browser that reports without end costs nobody their answers. The bytes of a log
 * are bounded with it: a signal has 2 kB of details at most, a precheck 4 kB of facts, and answers have a sum of their own.
 */
const ROOM: Partial<Record<SessionEventType, number>> = {
  'session.prechecked': 2000,
  'signal.recorded': 20_000,
  'signal.gap': 20_000,
  'signal.reordered': 20_000,
  'answer.received': 25_000,
  'media.stored': 25_000,
  'media.rejected': 25_000,
}

/**
 * Refuses what a candidate adds to a log that is full. What the server, a member or the plan adds always has room: a full
 * log can be finished, sealed and reported like any other.
 *
 * @param length of the log with these events
 * @throws CONFLICT `log_full`
 */
export function requireLogRoom(
  actor: Actor,
  events: readonly { type: SessionEventType }[],
  length: number,
): void {
  if (actor.kind !== 'session') return
  if (events.every(({ type }) => length <= (ROOM[type] ?? Number.POSITIVE_INFINITY))) return
  throw new AppError('CONFLICT', 'The log of this session is full. Finish the session.', {
    reason: 'log_full',
  })
}
