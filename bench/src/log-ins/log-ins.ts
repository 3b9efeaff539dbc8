import { setTimeout as sleep } from 'node:timers/promises'
import type { Benchmark } from '../benchmark.ts'
import { startViva } from '../children/start-viva.ts'
import { createHttpLoad, type HttpLoad, type Target } from '../requests/http-load.ts'
import { sessionsGet } from '../requests/sessions-get.ts'
import { median, medianRatio, quantile } from '../rounds.ts'
import { logIn } from './log-in.ts'

const QUEUED = 200
/** From one call to the next: a pace that an idle server keeps without effort. */
const PACE_MS = 10
const WINDOW_MS = 5_000
/** In this time the 200 arrive, all in one moment: a burst of requests like any other, which is reported by itself. */
const ARRIVAL_MS = 1_000
const ROUNDS = 3
const TIMED_PAIRS = 40

const ACCOUNT = { email: 'robin@example.test', password: 'correct horse battery staple' }

/** What a flood of log-ins does to everybody else, and what the time of a refused log-in tells. */
export const logIns: Benchmark = {
  name: 'log-ins',
  question:
    'Do 200 queued log-ins slow other calls, and does a refusal take longer where the account exists?',
  async run(server) {
    await using database = await server.open()
    await using viva = await startViva(database.url)
    const url = await viva.call('url')
    await viva.call('makeAccount', ACCOUNT)
    using load = createHttpLoad()
    const call = sessionsGet(url, await viva.call('makeReviewer'))

    const timing = await timeRefusals(url)
    const idle: number[] = []
    const arrival: number[] = []
    const queued: number[] = []
    const rates: number[] = []
    const p99While = async (end: Promise<unknown>) => quantile(await callUntil(load, call, end), 0.99)
    await callUntil(load, call, sleep(1_000))
    for (let round = 0; round < ROUNDS; round++) {
      idle.push(await p99While(sleep(WINDOW_MS)))
      const crowd = keepQueued(url)
      arrival.push(await p99While(sleep(ARRIVAL_MS)))
      queued.push(await p99While(sleep(WINDOW_MS)))
      rates.push(await crowd.leave())
    }
    return {
      measures: [
        {
          name: `\`sessions.get\` while ${QUEUED} log-ins are queued ÷ idle (p99 of latency)`,
          value: medianRatio(queued, idle),
          target: { atMost: 3 },
        },
        {
          name: 'refused log-in, unknown ÷ known address (median of latency)',
          value: medianRatio(timing.unknown, timing.known),
          target: { between: [0.9, 1.1] },
        },
      ],
      raw: {
        'ms p99 idle': round(median(idle)),
        [`ms p99 with ${QUEUED} log-ins queued`]: round(median(queued)),
        [`ms p99 in the second in which ${QUEUED} log-ins arrive`]: round(median(arrival)),
        'log-ins/s': round(median(rates)),
        'ms of a refused log-in, unknown address': round(median(timing.unknown)),
        'ms of a refused log-in, known address': round(median(timing.known)),
      },
    }
  },
}

const round = (value: number): number => Math.round(value * 100) / 100

/** Keeps so many log-ins waiting: whoever is answered logs in again, until all leave. */
function keepQueued(url: string): { leave(): Promise<number> } {
  const start = performance.now()
  let left = false
  let answered = 0
  const people = Array.from({ length: QUEUED }, async () => {
    while (!left) {
      const status = await logIn(url, ACCOUNT)
      if (status !== 200) throw new Error(`a log-in answered ${status}`)
      answered += 1
    }
  })
  const all = Promise.all(people)
  return {
    /** Resolves, once nobody waits any more, with the log-ins per second. */
    async leave() {
      left = true
      await all
      return (answered * 1000) / (performance.now() - start)
    },
  }
}

/** Calls at a steady pace, whether or not earlier calls are answered, until `end`; resolves with every latency in ms. */
async function callUntil(load: HttpLoad, target: Target, end: Promise<unknown>): Promise<number[]> {
  let ended = false
  const finish = () => {
    ended = true
  }
  end.then(finish, finish)
  const calls: Promise<number>[] = []
  const start = performance.now()
  while (!ended) {
    calls.push(load.ask(target))
    await sleep(Math.max(0, start + calls.length * PACE_MS - performance.now()))
  }
  return Promise.all(calls)
}

/** Refused log-ins one after the other, in turn to an address without an account and to one with it. */
async function timeRefusals(url: string): Promise<{ unknown: number[]; known: number[] }> {
  const times = { unknown: [] as number[], known: [] as number[] }
  const timed = async (email: string): Promise<number> => {
    const start = performance.now()
    const status = await logIn(url, { email, password: 'not this one at all' })
    if (status !== 401) throw new Error(`a wrong password answered ${status}`)
    return performance.now() - start
  }
  for (let pair = -5; pair < TIMED_PAIRS; pair++) {
    const unknown = await timed(`nobody-${pair}@example.test`)
    const known = await timed(ACCOUNT.email)
    if (pair < 0) continue
    times.unknown.push(unknown)
    times.known.push(known)
  }
  return times
}
