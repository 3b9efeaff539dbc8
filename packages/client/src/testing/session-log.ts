import { systemContext, transaction } from '@viva/api'
import type { TestApp } from '@viva/api/testing'
import type { SessionHandle } from '../index.ts'

/** Appends events to a session's log, as the server does; the numbers they got. */
export async function append(app: TestApp, sessionId: string, count: number): Promise<number[]> {
  const events = Array.from({ length: count }, (_, index) => ({
    type: 'signal.gap' as const,
    payload: { from: index, to: index },
  }))
  const appended = await transaction(systemContext(app.ctx), (tx) => tx.append(sessionId, events))
  return appended.map(({ seq }) => seq)
}

/** The numbers of a log that ends with `last`. */
export const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)

/** Collects the numbers of events until `last` has come. */
export async function collect(
  session: Pick<SessionHandle, 'events'>,
  last: number,
  after = 0,
): Promise<number[]> {
  const seqs: number[] = []
  for await (const { seq } of session.events({ after })) {
    seqs.push(seq)
    if (seq >= last) break
  }
  return seqs
}
