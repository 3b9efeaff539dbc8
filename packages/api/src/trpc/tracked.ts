import { type TrackedEnvelope, tracked } from '@trpc/server'
import type { AppContext } from '../core/context.ts'

/** What a streaming verb yields: data, and the cursor from which the stream goes on after it. */
export interface Cursored<Data> {
  cursor: string
  data: Data
}

/**
 * Turns a verb's stream into what tRPC sends: every item tracked, heartbeats too (one untracked item would reset the
 * client's cursor), and none while the subscriber's connection is full: it is asked before each read and again before each
 * item, since other streams of the connection fill it meanwhile.
 */
export async function* trackedStream<Data>(
  ctx: AppContext,
  signal: AbortSignal | undefined,
  stream: (signal: AbortSignal) => AsyncIterable<Cursored<Data>>,
): AsyncGenerator<TrackedEnvelope<Data>, void, void> {
  const abort = signal ?? new AbortController().signal
  await ctx.request.drained(abort)
  for await (const { cursor, data } of stream(abort)) {
    await ctx.request.drained(abort)
    if (abort.aborted) return
    yield tracked(cursor, data)
    await ctx.request.drained(abort)
  }
}
