import { appRouter, mintToken, systemContext } from '@viva/api'
import { createTestClock, createTestPorts } from '@viva/api/testing'
import type { Db } from '@viva/db'
import { makeAuthSession, makeMembership } from '@viva/db/testing'
import type { Benchmark } from '../benchmark.ts'
import { interleave, median, medianRatio, type Trial } from '../rounds.ts'
import { fillSessions } from './fill-sessions.ts'

const FEW = 1_000
const MANY = 100_000

/** Pages of a company's sessions, through the verb and its query, for each way to narrow the list. */
export const sessionLists: Benchmark = {
  name: 'session-lists',
  question: 'Does a page of sessions stay as quick when a company has a hundred times as many?',
  async run(server) {
    await using small = await server.open()
    await using large = await server.open()
    const few = await pagesOf(small.db, FEW)
    const many = await pagesOf(large.db, MANY)
    const [atFew, atMany] = await interleave([inTurn(few), inTurn(many)], { rounds: 9, ms: 800 })
    return {
      measures: [
        {
          name: 'page of sessions at 100 thousand ÷ at 1 thousand, over all filters in turn (rate)',
          value: medianRatio(atMany, atFew),
          target: { atLeast: 0.8 },
        },
      ],
      raw: {
        'pages/s at 1 thousand sessions': Math.round(median(atFew)),
        'pages/s at 100 thousand sessions': Math.round(median(atMany)),
      },
    }
  },
}

type Page = () => Promise<unknown>

/** Pages of a company of `count` sessions, one for each way to narrow the list. */
async function pagesOf(db: Db, count: number): Promise<Page[]> {
  const { companyId, interviewId } = await fillSessions(db, count)
  const ports = createTestPorts({ db, clock: createTestClock(), publicUrl: 'http://localhost' })
  const { userId } = await makeMembership(db, { companyId })
  const { id: sid } = await makeAuthSession(db, { userId })
  const { request } = systemContext(ports)
  const { token } = await mintToken(ports, 'access', { sub: userId, sid, guest: false })
  const caller = appRouter.createCaller({ ...ports, request, tokens: [token] })
  const page = (filter: Partial<Parameters<typeof caller.sessions.list>[0]>) => () =>
    caller.sessions.list({ companyId, limit: 50, ...filter })
  // As far back as the smaller list reaches half-way, so that both have a whole page there.
  let deep = await caller.sessions.list({ companyId, limit: 100 })
  for (let skipped = 100; skipped < FEW / 2; skipped += 100) {
    deep = await caller.sessions.list({ companyId, limit: 100, cursor: deep.nextCursor })
  }
  return [
    page({}),
    page({ cursor: deep.nextCursor }),
    page({ state: ['completed'] }),
    page({ state: ['setup', 'precheck', 'ready', 'active'] }),
    page({ flagged: true }),
    page({ interviewId }),
    page({ candidateEmail: 'candidate-500@example.test' }),
    page({ createdAfter: '2015-01-05T00:00:00.000Z', createdBefore: '2015-01-20T00:00:00.000Z' }),
  ]
}

/** All pages, one after the other, again and again, as pages per second. */
function inTurn(all: readonly Page[]): Trial {
  return async (ms) => {
    const start = performance.now()
    let read = 0
    while (performance.now() - start < ms) {
      for (const page of all) await page()
      read += all.length
    }
    return (read * 1000) / (performance.now() - start)
  }
}
