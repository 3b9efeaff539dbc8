import type { z } from 'zod'
import { EVENT_TYPES, type EventBatch } from '../../contract/index.ts'
import type { sessions } from '../../contract/schemas.ts'
import type { SessionContext } from '../../core/context.ts'
import { streamEvents } from './event-stream.ts'

/** The candidate's own event stream: what concerns them, resumed after any interruption from the last event received. */
export function events({
  ctx,
  input,
  signal,
}: {
  ctx: SessionContext
  input: z.output<typeof sessions.eventsInput>
  signal: AbortSignal
}): AsyncGenerator<{ cursor: string; data: EventBatch }, void, void> {
  return streamEvents(ctx, {
    sessionId: ctx.actor.sessionId,
    cursor: Number(input.lastEventId ?? 0),
    // A newer instance may write types that this one does not know; what is unknown stays hidden.
    sees: ({ type }) => Object.hasOwn(EVENT_TYPES, type) && EVENT_TYPES[type].candidate,
    signal,
  })
}
