import type { AnswerReceipt, CandidateSession, SignalReceipt } from '@viva/api/contract'
import type { Call } from './call.ts'
import type { VivaError } from './errors.ts'
import { createOutbox, type Outbox, type OutboxEntry } from './outbox.ts'
import type { AnswerEntry, Rejected, SignalEntry } from './session-entries.ts'
import type { Store } from './storage.ts'

/** Signals go together for this long, in ms, or until there are so many. */
const SIGNALS_DELAY_MS = 1000
const SIGNALS_ENOUGH = 25
/** The most that the server takes in one call. */
const SIGNALS_BATCH = 100

/** What a session's candidate sends, kept until the server has it. Answers never wait for signals. */
export interface Deliveries {
  answers: Outbox<AnswerEntry, AnswerReceipt>
  signals: Outbox<SignalEntry, SignalReceipt>
  pendingAnswers(): Promise<readonly AnswerEntry[]>
  rejected(): readonly Rejected[]
  clearRejected(): Promise<void>
  /** The server's highest signal number became known. */
  setLastClientSeq(seq: number): void
  /** Finds what a page before this one has left, and sends it. */
  restore(): Promise<void>
  close(): void
}

export function createDeliveries(options: {
  sessionId: string
  store: Store
  call: Call
  current: () => Promise<CandidateSession>
  retryDelayMs: (attempt: number) => number
  changed: () => void
  report: (error: unknown) => void
}): Deliveries {
  const { sessionId, store, call, current, report } = options
  const name = (part: string) => `session:${sessionId}:${part}`
  let rejected: readonly Rejected[] = []
  let lastClientSeq: number | null = null

  async function reject(items: readonly Rejected[], error: VivaError): Promise<void> {
    await store.alone(name('rejected'), async () => {
      const before = (await store.read<Rejected[]>(name('rejected'))) ?? []
      rejected = [...before, ...items]
      await store.write(name('rejected'), rejected)
    })
    options.changed()
    report(error)
  }
  const reason = ({ code, message, requestId }: VivaError) => ({
    code,
    message,
    requestId,
    at: new Date().toISOString(),
  })

  function queue<Entry extends OutboxEntry, Receipt>(
    part: string,
    rules: Omit<
      Parameters<typeof createOutbox<Entry, Receipt>>[0],
      'name' | 'store' | 'retryDelayMs' | 'pendingChanged' | 'report'
    >,
  ): Outbox<Entry, Receipt> {
    const { retryDelayMs, changed } = options
    return createOutbox<Entry, Receipt>({
      ...rules,
      name: name(part),
      store,
      retryDelayMs,
      pendingChanged: changed,
      report,
    })
  }

  /** Written before the entries leave the queue: between them and this number, no number is ever given twice. */
  async function keepCount(entries: readonly SignalEntry[]): Promise<void> {
    const before = (await store.read<number>(name('clientSeq'))) ?? 0
    await store.write(name('clientSeq'), Math.max(before, ...entries.map(({ clientSeq }) => clientSeq ?? 0)))
  }

  const answers = queue<AnswerEntry, AnswerReceipt>('answers', {
    batch: 1,
    delayMs: 0,
    enough: 1,
    async deliver([entry], keepalive) {
      if (entry === undefined) throw new Error('there is nothing to deliver')
      const { id: idempotencyKey, ...answer } = entry
      const input = { sessionId, ...answer, idempotencyKey }
      return (await call('mutation', 'sessions.answer', input, { keepalive })) as AnswerReceipt
    },
    refused: (entries, error) =>
      reject(
        entries.map((answer) => ({ kind: 'answer', answer, ...reason(error) })),
        error,
      ),
  })

  const signals = queue<SignalEntry, SignalReceipt>('signals', {
    batch: SIGNALS_BATCH,
    delayMs: SIGNALS_DELAY_MS,
    enough: SIGNALS_ENOUGH,
    async ready() {
      // Another device may have sent some since; whoever goes on from an old number seems to reorder.
      lastClientSeq ??= (await current()).lastClientSeq
    },
    async prepare(entries) {
      if (entries.every(({ clientSeq }) => clientSeq !== null)) return entries
      const sent = (await store.read<number>(name('clientSeq'))) ?? 0
      let last = Math.max(sent, lastClientSeq ?? 0, ...entries.map(({ clientSeq }) => clientSeq ?? 0))
      return entries.map((entry) => {
        if (entry.clientSeq !== null) return entry
        last += 1
        return { ...entry, clientSeq: last }
      })
    },
    async deliver(entries, keepalive) {
      const sent = entries.map(({ id: _, ...signal }) => signal)
      const input = { sessionId, signals: sent }
      const receipt = (await call('mutation', 'proctoring.record', input, { keepalive })) as SignalReceipt
      lastClientSeq = Math.max(lastClientSeq ?? 0, receipt.lastClientSeq)
      await keepCount(entries)
      return receipt
    },
    async refused(entries, error) {
      await keepCount(entries)
      await reject(
        entries.map((signal) => ({ kind: 'signal', signal, ...reason(error) })),
        error,
      )
    },
  })

  return {
    answers,
    signals,
    pendingAnswers: async () => (await store.read<AnswerEntry[]>(name('answers'))) ?? [],
    rejected: () => rejected,
    clearRejected() {
      return store.alone(name('rejected'), async () => {
        rejected = []
        await store.remove(name('rejected'))
        options.changed()
      })
    },
    setLastClientSeq(seq) {
      lastClientSeq = Math.max(lastClientSeq ?? 0, seq)
    },
    async restore() {
      rejected = (await store.read<Rejected[]>(name('rejected'))) ?? []
      if (rejected.length > 0) options.changed()
      answers.send()
      signals.send()
    },
    close() {
      answers.close()
      signals.close()
    },
  }
}
