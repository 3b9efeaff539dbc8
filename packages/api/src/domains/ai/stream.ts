import type { z } from 'zod'
import type { RunChunk, RunOutcome, RunStatus } from '../../contract/index.ts'
import type { runStreamInput } from '../../contract/schemas/ai.ts'
import type { SessionContext } from '../../core/context.ts'
import { notFound } from '../../core/errors.ts'
import { untilAborted } from './abort.ts'

/** The row is looked at again after this long even if nobody poked: pokes may be lost. */
const LOOK_AGAIN_MS = 1000
/** Silence after which an empty chunk says that the stream is alive. */
const HEARTBEAT_MS = 10_000

interface StreamedRow {
  status: RunStatus
  outcome: RunOutcome | null
  output: string
  calls: number
}

/**
 * Follows the writing of the candidate's next question, from where the cursor stands, and completes when the run is
 * over: its last chunk carries the outcome. Replay and tail are one loop, so nothing is lost in between. A call that
 * failed starts the text anew, at offset 0.
 *
 * Scoring and summaries are not the candidate's: like runs of other sessions they answer NOT_FOUND.
 */
export async function* stream({
  ctx,
  input,
  signal,
}: {
  ctx: SessionContext
  input: z.output<typeof runStreamInput>
  signal: AbortSignal
}): AsyncGenerator<{ cursor: string; data: RunChunk }, void, void> {
  const { runId } = input
  const { sessionId } = ctx.actor
  const [, draftText = '0', offsetText = '0'] = /^(\d+)\.(\d+)$/.exec(input.lastEventId ?? '') ?? []
  let draft = Number(draftText)
  let offset = Number(offsetText)
  let spokeAt = Number.NEGATIVE_INFINITY
  let lastStatus: RunStatus | null = null

  using watch = ctx.hub.watch(`run:${runId}`)
  while (!signal.aborted) {
    // The head before the read: a change that comes in between ends the wait below at once.
    const head = watch.head()
    const row = await untilAborted(readRow(ctx, sessionId, runId), signal).catch((error: unknown) => {
      if (signal.aborted) return null
      throw error
    })
    if (!row) return
    if (row.calls !== draft || row.output.length < offset) {
      draft = row.calls
      offset = 0
      // The follower must hear of the new start even while the new text is still empty.
      spokeAt = Number.NEGATIVE_INFINITY
    }
    const delta = row.output.slice(offset)
    const isOver = row.status === 'finished'
    const isDue = performance.now() - spokeAt >= HEARTBEAT_MS
    if (delta !== '' || isOver || isDue || row.status !== lastStatus) {
      const data = { runId, status: row.status, delta, offset, outcome: row.outcome }
      offset += delta.length
      spokeAt = performance.now()
      lastStatus = row.status
      yield { cursor: `${draft}.${offset}`, data }
      if (isOver) return
    }
    await watch.passed(head, LOOK_AGAIN_MS, signal)
  }
}

async function readRow(ctx: SessionContext, sessionId: string, runId: string): Promise<StreamedRow> {
  const [row] = await ctx.db.sql<StreamedRow[]>`
    select status, outcome, output, calls from ai_runs
    where id = ${runId} and session_id = ${sessionId} and purpose in ('question', 'follow_up')`
  if (!row) throw notFound('run')
  return row
}
