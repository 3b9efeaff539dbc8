import type { AppContext } from '../../core/context.ts'
import { RUN_QUEUE } from './enqueue-run.ts'
import type { Spent } from './execute-run.ts'
import { performRun } from './perform-run.ts'
import { RunDraft } from './run-draft.ts'
import type { RunHandlers } from './run-handler.ts'
import { claimRun, type HeldRun, LeaseLostError, type RunLane, releaseRun, renewRuns } from './run-lease.ts'

/** Pokes may be lost, and a lease runs out without one. */
const SWEEP_MS = 1000
/** How long a run rests after it broke, in ms. */
const REST_MS = 1000
/** Runs at once, by default. A run mostly waits for its provider, and each question has a candidate who waits for it. */
const HANDS: Readonly<Record<RunLane, number>> = { questions: 32, scoring: 8 }

interface Lane {
  name: RunLane
  hands: number
  tasks: Set<Promise<void>>
}

/** Works through the queue of runs. */
export interface RunWorker {
  /** Takes up work as it comes, until stopped. */
  start(): void
  /** Takes up what waits now and resolves when it is done, with the number of runs. For tests and scripts. */
  tick(): Promise<number>
  /** Takes nothing new, breaks off what runs and gives it back, so that another instance takes it up at once. */
  stop(): Promise<void>
}

/**
 * Makes an instance's worker for AI runs. Any number of workers share the queue: a run is held by a lease that is renewed
 * while it is worked on, and taken up by another worker when its holder falls silent for `config.leaseMs`. Questions and
 * scorings have hands of their own, so that no number of scorings keeps a candidate waiting.
 *
 * @param options.hands runs at once in each lane
 */
export function createRunWorker(
  ctx: AppContext,
  handlers: RunHandlers,
  { hands = {} }: { hands?: Partial<Record<RunLane, number>> } = {},
): RunWorker {
  const owner = `${ctx.config.instanceId}/${ctx.random.id()}`
  const held = new Map<HeldRun, AbortController>()
  const lanes = (['questions', 'scoring'] as const).map(
    (name): Lane => ({
      name,
      hands: hands[name] ?? HANDS[name],
      tasks: new Set<Promise<void>>(),
    }),
  )
  const stopping = new AbortController()
  let loops: Promise<unknown> | undefined
  let renewal: NodeJS.Timeout | undefined
  const tasks = () => lanes.flatMap((lane) => [...lane.tasks])

  async function renew(): Promise<void> {
    if (held.size === 0) return
    try {
      for (const run of await renewRuns(ctx, owner, [...held.keys()])) {
        held.get(run)?.abort(new LeaseLostError(`run ${run.id} is held by another instance`))
      }
    } catch (error) {
      // Should it stay so, the leases run out and the fence keeps these runs from being finished twice.
      ctx.log.warn({ err: error, runs: held.size }, 'leases of runs could not be renewed')
    }
  }

  async function work(run: HeldRun): Promise<void> {
    const lost = new AbortController()
    held.set(run, lost)
    renewal ??= setInterval(() => void renew(), ctx.config.leaseMs / 3)
    const signal = AbortSignal.any([lost.signal, stopping.signal])
    const spent: Spent = { inputTokens: 0, outputTokens: 0, costMicroUsd: 0 }
    const draft = new RunDraft(ctx, run, (error) => lost.abort(error))
    const { id: runId, purpose, sessionId, attempt } = run
    try {
      await performRun(ctx, handlers[purpose], run, { draft, spent, signal })
      ctx.log.info({ runId, purpose, sessionId, attempt, ...spent }, 'run finished')
    } catch (error) {
      await draft.keep()
      if (error instanceof LeaseLostError || lost.signal.aborted) {
        ctx.log.warn({ runId, purpose, sessionId, attempt }, 'run lost to another instance')
        return
      }
      const stopped = stopping.signal.aborted
      if (!stopped) ctx.log.error({ err: error, runId, purpose, sessionId, attempt }, 'run broke')
      await releaseRun(ctx, run, spent, { afterMs: stopped ? 0 : REST_MS, counts: !stopped })
      if (stopped) ctx.hub.poke(RUN_QUEUE, ctx.clock.now().getTime())
    } finally {
      held.delete(run)
      if (held.size === 0) {
        clearInterval(renewal)
        renewal = undefined
      }
    }
  }

  /** Takes up one run of a lane, if one waits and a hand is free. */
  async function takeOne({ name, hands, tasks }: Lane): Promise<boolean> {
    if (stopping.signal.aborted || tasks.size >= hands) return false
    const run = await claimRun(ctx, owner, name)
    if (!run) return false
    const task = work(run)
      .catch((error: unknown) => ctx.log.error({ err: error, runId: run.id }, 'run could not be given back'))
      .finally(() => tasks.delete(task))
    tasks.add(task)
    return true
  }

  async function runLoop(lane: Lane): Promise<void> {
    using watch = ctx.hub.watch(RUN_QUEUE)
    while (!stopping.signal.aborted) {
      const head = watch.head()
      try {
        while (await takeOne(lane));
      } catch (error) {
        ctx.log.warn({ err: error }, 'the queue of runs could not be read')
      }
      if (lane.tasks.size >= lane.hands) await Promise.race(lane.tasks)
      else await watch.passed(head, SWEEP_MS, stopping.signal)
    }
  }

  return {
    start() {
      loops ??= Promise.all(lanes.map(runLoop))
    },
    async tick() {
      let count = 0
      for (;;) {
        for (const lane of lanes) while (await takeOne(lane)) count += 1
        if (tasks().length === 0) return count
        await Promise.race(tasks())
      }
    },
    async stop() {
      stopping.abort()
      await loops
      await Promise.all(tasks())
    },
  }
}
