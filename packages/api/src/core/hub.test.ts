import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { SessionEvent } from '../contract/index.ts'
import { createHub, type HubOptions, type RunningHub } from './hub.ts'
import type { Bus, Logger, StreamName } from './ports.ts'

const silent = () => undefined
const log: Logger = { debug: silent, info: silent, warn: silent, error: silent }
const STREAM: StreamName = 'session:0198c0de-0000-7000-8000-000000000001'
const LONG = 60_000

function event(seq: number): SessionEvent {
  return {
    seq,
    type: 'signal.gap',
    at: '2026-01-01T00:00:00.000Z',
    actor: 'system',
    payload: { from: seq, to: seq },
    hash: '',
  }
}
const events = (...seqs: number[]) => seqs.map(event)
const seqsOf = (list: readonly SessionEvent[] | null) => list?.map(({ seq }) => seq) ?? null
const { signal } = new AbortController()

/** A bus between hubs of this process that drops what `drops` says. */
function sharedBus(drops: () => boolean = () => false) {
  type Handlers = Parameters<Bus['subscribe']>[0]
  const members = new Set<Handlers>()
  const published: { stream: StreamName; head: number }[][] = []
  const join = (): Bus => {
    let own: Handlers | undefined
    return {
      async publish(pokes) {
        published.push([...pokes])
        for (const poke of pokes) {
          for (const member of members) if (!drops()) member.onPoke(poke.stream, poke.head)
        }
      },
      async subscribe(handlers) {
        own = handlers
        members.add(handlers)
      },
      check: () => Promise.resolve(),
      async close() {
        if (own) members.delete(own)
      },
    }
  }
  return {
    join,
    published,
    gap() {
      for (const member of members) member.onGap()
    },
  }
}

async function startHub(options: Partial<HubOptions> = {}): Promise<RunningHub> {
  const hub = createHub({ log, ...options })
  await hub.start()
  return hub
}

describe('a local poke', () => {
  test('wakes a waiter at once, and one whose cursor is at the head stays asleep', async () => {
    await using hub = await startHub()
    using watch = hub.watch(STREAM)
    let woken = false
    const behind = watch.passed(2, LONG, signal)
    const atHead = watch.passed(3, LONG, signal).then(() => {
      woken = true
    })
    hub.poke(STREAM, 3)
    await behind
    expect(woken).toBe(false)
    hub.poke(STREAM, 4)
    await atHead
    expect(watch.head()).toBe(4)
  })

  test('that came before the wait is not missed', async () => {
    await using hub = await startHub()
    using watch = hub.watch(STREAM)
    hub.poke(STREAM, 7)
    await watch.passed(6, LONG, signal)
    expect(watch.head()).toBe(7)
  })

  test('of a queue wakes whoever waits or is at work, whatever heads came before', async () => {
    await using bus = await startHub()
    using watch = bus.watch('work:runs')
    bus.poke('work:runs', 100)
    await watch.passed(watch.head(), LONG, signal)
    // Ordered earlier and committed later, and two in one millisecond.
    for (const head of [90, 100, 100]) {
      const waiting = watch.passed(watch.head(), LONG, signal)
      bus.poke('work:runs', head)
      await waiting
      bus.poke('work:runs', head)
      await watch.passed(watch.head(), LONG, signal)
    }
  })

  test('with a lower head than a later one never moves the head back', async () => {
    await using hub = await startHub()
    using watch = hub.watch(STREAM)
    hub.poke(STREAM, 9)
    hub.poke(STREAM, 8)
    expect(watch.head()).toBe(9)
  })
})

describe('waiting', () => {
  test('ends on abort, on time-out and when the watch is closed, and leaves no listener or timer behind', async () => {
    await using hub = await startHub()
    const watch = hub.watch(STREAM)
    const timers = watchTimers()
    const abort = new AbortController()
    let listeners = 0
    const counted = new Proxy(abort.signal, {
      get(target, name) {
        if (name === 'addEventListener' || name === 'removeEventListener') {
          return (type: string, listener: () => void) => {
            listeners += name === 'addEventListener' ? 1 : -1
            target[name](type, listener)
          }
        }
        return Reflect.get(target, name, target)
      },
    })
    await watch.passed(0, 1, counted)
    expect(listeners).toBe(0)
    const aborted = watch.passed(0, LONG, counted)
    expect(listeners).toBe(1)
    abort.abort()
    await aborted
    await watch.passed(0, LONG, abort.signal)
    expect(listeners).toBe(0)
    const closed = watch.passed(0, LONG, signal)
    watch[Symbol.dispose]()
    await closed
    await watch.passed(0, LONG, signal)
    expect(timers).toEqual({ started: 3, left: new Set() })
    expect(hub.size()).toEqual({ streams: 0, watches: 0 })
  })

  /** The timers of waits alone: whatever else the process waits for meanwhile starts timers, too. */
  function watchTimers(): { started: number; left: Set<unknown> } {
    const timers = { started: 0, left: new Set<unknown>() }
    const { setTimeout: start, clearTimeout: clear } = globalThis
    const starting = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((
      work: (...args: unknown[]) => void,
      ms?: number,
      ...args: unknown[]
    ) => {
      const timer = start(work, ms, ...args)
      if (ms !== 1 && ms !== LONG) return timer
      timers.started += 1
      timers.left.add(timer)
      return timer
    }) as typeof setTimeout)
    const clearing = vi.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => {
      timers.left.delete(timer)
      clear(timer)
    })
    onTestFinished(() => {
      starting.mockRestore()
      clearing.mockRestore()
    })
    return timers
  }
})

describe('recent events', () => {
  test('are unknown until the database was read once, then held without a gap', async () => {
    await using hub = await startHub()
    using watch = hub.watch(STREAM)
    expect(watch.recent(0)).toBeNull()
    expect(watch.recent(0)).toEqual([])
    hub.poke(STREAM, 2, events(1, 2))
    hub.poke(STREAM, 3, events(3))
    expect(seqsOf(watch.recent(0))).toEqual([1, 2, 3])
    expect(seqsOf(watch.recent(2))).toEqual([3])
    expect(watch.recent(3)).toEqual([])
  })

  test('are not offered across a gap, which sends the reader to the database', async () => {
    await using hub = await startHub()
    using watch = hub.watch(STREAM)
    hub.poke(STREAM, 1, events(1))
    hub.poke(STREAM, 4, events(4))
    expect(watch.recent(1)).toBeNull()
    expect(seqsOf(watch.recent(3))).toEqual([4])
    hub.poke(STREAM, 6)
    expect(watch.recent(4)).toBeNull()
  })

  test('join up when the pokes of two commits overtake each other', async () => {
    await using hub = await startHub()
    using watch = hub.watch(STREAM)
    hub.poke(STREAM, 4, events(3, 4))
    hub.poke(STREAM, 2, events(1, 2))
    expect(seqsOf(watch.recent(0))).toEqual([1, 2, 3, 4])
  })

  test('are the newest 256 only, so a slow reader costs no memory', async () => {
    await using hub = await startHub()
    using watch = hub.watch(STREAM)
    for (let seq = 1; seq <= 300; seq++) hub.poke(STREAM, seq, [event(seq)])
    expect(watch.recent(43)).toBeNull()
    expect(watch.recent(44)).toHaveLength(256)
  })
})

describe('the bus', () => {
  test('carries one poke for each stream, of the highest head, however many there were', async () => {
    const shared = sharedBus()
    await using here = await startHub({ bus: shared.join(), coalesceMs: 5 })
    await using there = await startHub({ bus: shared.join() })
    using watch = there.watch(STREAM)
    for (let head = 1; head <= 50; head++) here.poke(STREAM, head)
    await watch.passed(49, LONG, signal)
    expect(shared.published).toEqual([[{ stream: STREAM, head: 50 }]])
  })

  test('after a gap wakes every watcher, and the reader looks into the database', async () => {
    const shared = sharedBus()
    await using hub = await startHub({ bus: shared.join() })
    using waiting = hub.watch(STREAM)
    using busy = hub.watch(STREAM)
    hub.poke(STREAM, 1, events(1))
    const woken = waiting.passed(1, LONG, signal)
    busy.recent(0)
    shared.gap()
    await woken
    expect(waiting.recent(1)).toBeNull()
    await busy.passed(1, LONG, signal)
    expect(busy.recent(1)).toBeNull()
    expect(busy.recent(1)).toEqual([])
  })

  test('may lose every poke: the sweep finds the new head, and asks once for all streams', async () => {
    const shared = sharedBus(() => true)
    const other: StreamName = 'session:0198c0de-0000-7000-8000-000000000002'
    const heads = new Map<StreamName, number>([
      [STREAM, 5],
      [other, 9],
    ])
    const asked: number[] = []
    await using hub = await startHub({
      bus: shared.join(),
      sweepMs: 5,
      sweep: async (streams) => {
        asked.push(streams.length)
        return streams.map((stream) => ({ stream, head: heads.get(stream) ?? 0 }))
      },
    })
    using first = hub.watch(STREAM)
    using second = hub.watch(other)
    await Promise.all([first.passed(4, LONG, signal), second.passed(8, LONG, signal)])
    expect([first.head(), second.head()]).toEqual([5, 9])
    expect(new Set(asked)).toEqual(new Set([2]))
  })

  test('may fail: a publish that throws and a sweep that throws stop nothing', async () => {
    const failing: Bus = {
      publish: () => Promise.reject(new Error('down')),
      subscribe: () => Promise.resolve(),
      check: () => Promise.reject(new Error('down')),
      close: () => Promise.resolve(),
    }
    let sweeps = 0
    await using hub = await startHub({
      bus: failing,
      coalesceMs: 1,
      sweepMs: 2,
      sweep: async (streams) => {
        if (++sweeps === 1) throw new Error('no database')
        return streams.map((stream) => ({ stream, head: 2 }))
      },
    })
    using watch = hub.watch(STREAM)
    hub.poke(STREAM, 1)
    await watch.passed(1, LONG, signal)
    expect(watch.head()).toBe(2)
  })

  test('gets what was not sent yet when the hub closes', async () => {
    const shared = sharedBus()
    const hub = await startHub({ bus: shared.join(), coalesceMs: LONG })
    hub.poke(STREAM, 1)
    await hub.close()
    expect(shared.published).toEqual([[{ stream: STREAM, head: 1 }]])
  })
})

test('closing the hub wakes nobody again and again: a loop that waits once more does not spin', async () => {
  const hub = await startHub()
  using watch = hub.watch(STREAM)
  const abort = new AbortController()
  let rounds = 0
  const loop = (async () => {
    while (!abort.signal.aborted) {
      await watch.passed(0, LONG, abort.signal)
      rounds += 1
      if (rounds > 100) abort.abort()
    }
  })()
  await hub.close()
  await new Promise((resolve) => setImmediate(resolve))
  expect(rounds).toBe(0)
  abort.abort()
  await loop
})

test('a run whose mark changes wakes its watchers, also where heads cannot be compared', async () => {
  const run: StreamName = 'run:0198c0de-0000-7000-8000-000000000003'
  let mark = 'running0'
  await using hub = await startHub({
    sweepMs: 2,
    sweep: async () => [{ stream: run, mark }],
  })
  using watch = hub.watch(run)
  await watch.passed(0, LONG, signal)
  let woken = false
  const next = watch.passed(0, LONG, signal).then(() => {
    woken = true
  })
  expect(woken).toBe(false)
  mark = 'finished10'
  await next
})

test('subscribers over a bus that loses two pokes in three read every event once and in order', async () => {
  let coin = 1
  const shared = sharedBus(() => {
    coin = (coin * 48_271) % 2_147_483_647
    return coin % 3 !== 0
  })
  const stored: SessionEvent[] = []
  const sweep: HubOptions['sweep'] = async (streams) =>
    streams.map((stream) => ({ stream, head: stored.length }))
  await using here = await startHub({ bus: shared.join(), coalesceMs: 1 })
  await using there = await startHub({ bus: shared.join(), sweep, sweepMs: 5 })
  const total = 500

  async function readAll(hub: RunningHub): Promise<number[]> {
    using watch = hub.watch(STREAM)
    const seen: number[] = []
    while (seen.length < total) {
      const cursor = seen.at(-1) ?? 0
      const next = watch.recent(cursor) ?? stored.filter(({ seq }) => seq > cursor)
      seen.push(...next.map(({ seq }) => seq))
      if (seen.length < total) await watch.passed(seen.at(-1) ?? 0, LONG, signal)
    }
    return seen
  }

  const readers = [readAll(here), readAll(there), readAll(there)]
  for (let seq = 1; seq <= total; seq++) {
    stored.push(event(seq))
    here.poke(STREAM, seq, [event(seq)])
    if (seq % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  const expected = Array.from({ length: total }, (_, index) => index + 1)
  expect(await Promise.all(readers)).toEqual([expected, expected, expected])
})
