import type { AppContext } from '../../core/context.ts'
import { failReport, makeReport } from './make-report.ts'
import { claimReport, type HeldReport, releaseReport } from './report-lease.ts'
import { REPORT_QUEUE } from './run-handlers.ts'

/** Pokes may be lost, and a lease runs out without one. */
const SWEEP_MS = 1000
/** How long a report rests after it broke, in ms. */
const REST_MS = 1000
const MAX_ATTEMPTS = 3

/** Makes reports of closed sessions. */
export interface ReportWorker {
  /** Takes up work as it comes, until stopped. */
  start(): void
  /** Does what can be done now, one report after the other, and resolves with the number of steps. For tests. */
  tick(): Promise<number>
  /** Takes nothing new and waits for the step at hand, which is short: models work in runs of their own. */
  stop(): Promise<void>
}

/**
 * Makes an instance's worker for reports. Any number of them share the queue; a report that a crash interrupts is taken up
 * by another one after `config.leaseMs`, and one that breaks again and again fails, with an event.
 */
export function createReportWorker(ctx: AppContext): ReportWorker {
  const owner = `${ctx.config.instanceId}/${ctx.random.id()}`
  const stopping = new AbortController()
  let loop: Promise<void> | undefined

  async function work(report: HeldReport): Promise<void> {
    const { id: reportId, sessionId, attempt } = report
    try {
      if (attempt > MAX_ATTEMPTS)
        await failReport(ctx, report, `taken up ${attempt - 1} times and never finished`)
      else await makeReport(ctx, report)
    } catch (error) {
      ctx.log.error({ err: error, reportId, sessionId, attempt }, 'report broke')
      await releaseReport(ctx, report, REST_MS)
    }
  }

  async function takeOne(): Promise<boolean> {
    if (stopping.signal.aborted) return false
    const report = await claimReport(ctx, owner)
    if (report) await work(report)
    return report !== null
  }

  async function runLoop(): Promise<void> {
    using watch = ctx.hub.watch(REPORT_QUEUE)
    while (!stopping.signal.aborted) {
      const head = watch.head()
      try {
        while (await takeOne());
      } catch (error) {
        ctx.log.warn({ err: error }, 'the queue of reports could not be read')
      }
      await watch.passed(head, SWEEP_MS, stopping.signal)
    }
  }

  return {
    start() {
      loop ??= runLoop()
    },
    async tick() {
      let steps = 0
      while (await takeOne()) steps += 1
      return steps
    },
    async stop() {
      stopping.abort()
      await loop
    },
  }
}
