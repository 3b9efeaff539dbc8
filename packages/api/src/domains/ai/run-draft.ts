import { aiRuns } from '@viva/db/schema'
import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { AppContext } from '../../core/context.ts'
import type { Draft } from './execute-run.ts'
import { type HeldRun, LeaseLostError } from './run-lease.ts'

/** How long pieces of an answer are gathered before they are written, in ms. */
const FLUSH_MS = 100
/** More than any text is long, so that a draft's heads are all above those of the draft before. */
const HEADS_PER_DRAFT = 1_000_000

/** The row of a run, as long as it is ours. */
export function stillHeld(run: HeldRun): SQL | undefined {
  return and(
    eq(aiRuns.id, run.id),
    eq(aiRuns.leaseOwner, run.owner),
    eq(aiRuns.attempts, run.attempt),
    eq(aiRuns.status, 'running'),
  )
}

/** The head of a run's stream. It only grows, also where the text starts anew. */
export function runHead(calls: number, length: number): number {
  return calls * HEADS_PER_DRAFT + Math.min(length, HEADS_PER_DRAFT - 1)
}

/**
 * Writes a run's answer to its row while it streams, gathered, one write at a time, and wakes those who follow it. Every
 * write is fenced: once another instance holds the run, nothing is written and `lost` is called.
 */
export class RunDraft implements Draft {
  readonly #ctx: AppContext
  readonly #run: HeldRun
  readonly #lost: (error: Error) => void
  /** Provider calls so far, which number the drafts. */
  calls: number
  /** What the call under way said so far; null before the first of this attempt. */
  #text: string | null = null
  #written = ''
  #timer: NodeJS.Timeout | undefined
  #flushing: Promise<void> = Promise.resolve()

  constructor(ctx: AppContext, run: HeldRun, lost: (error: Error) => void) {
    this.#ctx = ctx
    this.#run = run
    this.#lost = lost
    this.calls = run.calls
  }

  async begin({ provider, promptVersion, messages }: Parameters<Draft['begin']>[0]): Promise<void> {
    await this.settle()
    const begun = await this.#ctx.db.drizzle
      .update(aiRuns)
      .set({
        calls: sql`${aiRuns.calls} + 1`,
        earlierCalls: sql`case when ${aiRuns.calls} = 0 then ${aiRuns.earlierCalls} else ${aiRuns.earlierCalls} ||
          jsonb_build_array(jsonb_build_object('provider', ${aiRuns.provider}, 'model', ${aiRuns.model},
            'promptVersion', ${aiRuns.promptVersion}, 'output', coalesce(${this.#text}::text, ${aiRuns.output}))) end`,
        provider: provider.name,
        model: provider.model,
        promptVersion,
        input: messages,
        output: '',
      })
      .where(stillHeld(this.#run))
      .returning({ calls: aiRuns.calls })
    const [row] = begun
    if (!row) throw new LeaseLostError(`run ${this.#run.id} is held by another instance`)
    this.calls = row.calls
    this.#text = ''
    this.#written = ''
    this.#ctx.hub.poke(`run:${this.#run.id}`, runHead(this.calls, 0))
  }

  write(text: string): void {
    this.#text = text
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#flushing = this.#flushing.then(() => this.#flush())
    }, FLUSH_MS)
  }

  /** Writes what came so far, for a run that is given back unfinished. */
  async keep(): Promise<void> {
    await this.settle()
    await this.#flush()
  }

  /** Waits until nothing is being written. What was not written yet is left to the transaction that finishes the run. */
  async settle(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#flushing
  }

  async #flush(): Promise<void> {
    const text = this.#text
    if (text === null || text === this.#written) return
    try {
      const rows = await this.#ctx.db.sql`
        update ai_runs set output = ${text}
        where id = ${this.#run.id} and lease_owner = ${this.#run.owner} and attempts = ${this.#run.attempt}
          and status = 'running'
        returning id`
      if (rows.length === 0) throw new LeaseLostError(`run ${this.#run.id} is held by another instance`)
      this.#written = text
      this.#ctx.hub.poke(`run:${this.#run.id}`, runHead(this.calls, text.length))
    } catch (error) {
      if (error instanceof LeaseLostError) this.#lost(error)
      // The next write carries the whole text, so one that failed is made good by itself.
      else this.#ctx.log.warn({ err: error, runId: this.#run.id }, 'a run’s output could not be written')
    }
  }
}
