import type { AppContext } from './core/context.ts'
import { createRunWorker } from './domains/ai/index.ts'
import { createReportWorker, reportRunHandlers } from './domains/reports/index.ts'
import { endOverdueSessions, questionRunHandlers } from './domains/sessions/index.ts'

const SECOND_MS = 1000
const HOUR_MS = 3_600_000
/** A client that sends a call again does so within minutes; a week covers a laptop closed over the holidays. */
const IDEMPOTENCY_DAYS = 7

/** The work of an instance that nobody called for. */
export interface Workers {
  /** Takes up nothing new, gives back what is under way, and waits for it. */
  stop(): Promise<void>
}

/**
 * Starts an instance's workers: AI runs, reports, the end of overdue sessions, and clean-up. Any number of instances
 * work side by side: work is claimed by leases, and sweeps change only what still needs it.
 */
export function startWorkers(ctx: AppContext): Workers {
  const runs = createRunWorker(ctx, { ...questionRunHandlers, ...reportRunHandlers })
  const reports = createReportWorker(ctx)
  runs.start()
  reports.start()
  const sweeps = [
    repeat(ctx, 'overdue sessions', SECOND_MS, () => endOverdueSessions(ctx)),
    repeat(ctx, 'old idempotency keys', HOUR_MS, () => forgetOldKeys(ctx)),
  ]
  return {
    async stop() {
      await Promise.all([runs.stop(), reports.stop(), ...sweeps.map((sweep) => sweep.stop())])
    },
  }
}

/** Does `work` again and again, `everyMs` after the end of the last time, whatever became of it. */
function repeat(ctx: AppContext, name: string, everyMs: number, work: () => Promise<unknown>): Workers {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  const once = async (): Promise<void> => {
    try {
      await work()
    } catch (error) {
      ctx.log.warn({ err: error, sweep: name }, 'a sweep failed')
    }
    if (!stopped) {
      timer = setTimeout(() => {
        running = once()
      }, everyMs).unref()
    }
  }
  let running = once()
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}

async function forgetOldKeys(ctx: AppContext): Promise<void> {
  const before = new Date(ctx.clock.now().getTime() - IDEMPOTENCY_DAYS * 24 * HOUR_MS)
  await ctx.db.sql`delete from idempotency_keys where created_at < ${before}`
}
