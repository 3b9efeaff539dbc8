import { makeCompany } from '@viva/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AppContext } from '../../core/context.ts'
import { isAppError } from '../../core/errors.ts'
import { orderRun, plainRunHandlers } from '../../testing/ai-runs.ts'
import { candidateOf, createFakeProvider, memberOf, startTestApp, type TestApp } from '../../testing/index.ts'
import { createRunWorker } from './index.ts'
import { reserveTokens, settleTokens } from './token-budget.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

async function usedToday(companyId: string): Promise<number> {
  const [row] = await app.db.sql<{ used: number }[]>`
    select coalesce(sum(input_tokens + output_tokens), 0)::bigint as used from ai_usage where company_id = ${companyId}`
  return row?.used ?? 0
}

const reservationOf = async (companyId: string, inputTokens: number, outputTokens: number) =>
  reserveTokens(app.ctx, companyId, { inputTokens, outputTokens })

describe('the daily token cap', () => {
  test('parallel calls never take more than the day has', async () => {
    const { id } = await makeCompany(app.db, { aiDailyTokenCap: 1000 })
    const calls = await Promise.allSettled(Array.from({ length: 20 }, () => reservationOf(id, 60, 40)))
    expect(calls.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
    expect(await usedToday(id)).toBe(1000)
  })

  test('the refusal says how much is used, the cap, and when the day is over', async () => {
    const { id } = await makeCompany(app.db, { aiDailyTokenCap: 100 })
    await reservationOf(id, 50, 40)
    const error = await reservationOf(id, 10, 10).catch((reason: unknown) => reason)
    if (!isAppError(error, 'AI_BUDGET_EXCEEDED')) throw error
    expect(error.details).toMatchObject({ usedTokens: 90, capTokens: 100 })
    const hours = (Date.parse(error.details.resetsAt) - app.clock.now().getTime()) / 3_600_000
    expect(hours).toBeGreaterThan(0)
    expect(hours).toBeLessThanOrEqual(24)
  })

  test('a first call that alone is above the cap is refused', async () => {
    const { id } = await makeCompany(app.db, { aiDailyTokenCap: 100 })
    await expect(reservationOf(id, 100, 1)).rejects.toMatchObject({ code: 'AI_BUDGET_EXCEEDED' })
    expect(await usedToday(id)).toBe(0)
  })

  test('what a call did not use is free again, and what it used beyond its estimate counts', async () => {
    const { id } = await makeCompany(app.db, { aiDailyTokenCap: 100 })
    const one = await reservationOf(id, 50, 50)
    await settleTokens(app.ctx, one, { inputTokens: 20, outputTokens: 10 })
    const other = await reservationOf(id, 50, 20)
    await settleTokens(app.ctx, other, { inputTokens: 60, outputTokens: 20 })
    expect(await usedToday(id)).toBe(110)
  })

  test('without a cap nothing is refused, and use is counted all the same', async () => {
    const { id } = await makeCompany(app.db)
    await reservationOf(id, 1_000_000, 1_000_000)
    await reservationOf(id, 1_000_000, 1_000_000)
    expect(await usedToday(id)).toBe(4_000_000)
  })

  test('a new day has all its tokens', async () => {
    const { id } = await makeCompany(app.db, { aiDailyTokenCap: 100 })
    await reservationOf(id, 50, 50)
    const tomorrow = { now: () => new Date(app.clock.now().getTime() + 24 * 3_600_000) }
    await reserveTokens({ ...app.ctx, clock: tomorrow }, id, { inputTokens: 50, outputTokens: 50 })
  })
})

describe('runs of a company that has a cap', () => {
  const contextWith = (fake: ReturnType<typeof createFakeProvider>): AppContext => ({
    ...app.ctx,
    ai: [fake],
  })
  // The test prompt's estimate is 100 tokens of output and some 25 of input.
  const capped = async (cap: number) => {
    const candidate = await candidateOf(app)
    await app.db.sql`update companies set ai_daily_token_cap = ${cap} where id = ${candidate.companyId}`
    return candidate
  }

  test('a question comes from the bank once the tokens are used up, and the reason is recorded', async () => {
    const candidate = await capped(50)
    const fake = createFakeProvider([{ say: 'never asked' }])
    await orderRun(app, candidate)
    await createRunWorker(contextWith(fake), plainRunHandlers()).tick()
    expect(fake.requests).toEqual([])
    const reviewer = await memberOf(app, { companyId: candidate.companyId })
    const { items } = await reviewer.api.ai.runs.query({
      companyId: candidate.companyId,
      sessionId: candidate.sessionId,
    })
    expect(items).toMatchObject([
      { outcome: 'fallback', provider: 'scripted', errorCode: 'AI_BUDGET_EXCEEDED', calls: 1 },
    ])
    expect(await usedToday(candidate.companyId)).toBe(0)
  })

  test('parallel runs exceed the cap by no more than one call', async () => {
    const first = await capped(300)
    const candidates = [first]
    for (let index = 0; index < 5; index++) {
      const next = await candidateOf(app)
      await app.db.sql`update sessions set company_id = ${first.companyId} where id = ${next.sessionId}`
      candidates.push({ ...next, companyId: first.companyId })
    }
    for (const candidate of candidates) await orderRun(app, candidate)
    const greedy = createFakeProvider([{ say: 'word', tokens: { inputTokens: 60, outputTokens: 100 } }])
    await createRunWorker(contextWith(greedy), plainRunHandlers()).tick()
    expect(greedy.requests.length).toBeGreaterThanOrEqual(1)
    expect(greedy.requests.length).toBeLessThan(6)
    expect(await usedToday(first.companyId)).toBeLessThanOrEqual(300 + 160)
  })

  test('a stream that breaks is charged for what came', async () => {
    const candidate = await capped(10_000)
    const fake = createFakeProvider([{ say: 'x'.repeat(300), fail: 'broke off', retryable: false }])
    await orderRun(app, candidate)
    await createRunWorker(contextWith(fake), plainRunHandlers()).tick()
    const used = await usedToday(candidate.companyId)
    expect(used).toBeGreaterThan(100)
    expect(used).toBeLessThan(150)
  })
})
