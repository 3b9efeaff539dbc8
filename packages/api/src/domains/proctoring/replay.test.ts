import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PolicyRules, SessionEventPayloads, Severity } from '../../contract/index.ts'
import { startTestApp, type TestApp } from '../../testing/index.ts'
import {
  callsForFlag,
  type Decision,
  initialState,
  review,
  type StandingStrikes,
  step,
} from './policy-engine.ts'
import { decide, reviewerOf } from './testing/reviews.ts'
import { candidateUnder, type LoggedEvent, logOf, send, sent } from './testing/signals.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

const RULES: PolicyRules = {
  rules: [
    { id: 'paste', kinds: ['paste'], count: 1, windowSeconds: 0, severity: 'minor', message: 'Pasted.' },
    { id: 'left', kinds: ['tab_hidden'], count: 2, windowSeconds: 5, severity: 'info', message: 'Left.' },
    {
      id: 'screen',
      kinds: ['extra_screen'],
      count: 1,
      windowSeconds: 0,
      severity: 'major',
      message: 'Screen.',
    },
  ],
  consequences: [
    { strikes: 1, severity: 'info', action: 'warn' },
    { strikes: 2, severity: 'minor', action: 'flag' },
    { strikes: 2, severity: 'major', action: 'end' },
  ],
}

const courses = fc.array(
  fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({
        signals: fc.array(fc.constantFrom('paste' as const, 'tab_hidden' as const, 'extra_screen' as const), {
          minLength: 1,
          maxLength: 3,
        }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        strike: fc.nat({ max: 9 }),
        decision: fc.constantFrom('lifted' as const, 'confirmed' as const),
      }),
    },
  ),
  { minLength: 3, maxLength: 14 },
)

/** Finds everything that the policy decided again, from nothing but what the log says was observed and reviewed. */
function replay(log: readonly LoggedEvent[]) {
  const strikes = new Map<string, { severity: Severity; lifted: boolean }>()
  let state = initialState(RULES)
  const decisions: Decision[] = []
  for (const { seq, type, payload } of log) {
    if (type === 'signal.recorded') {
      const { kind, clientTime } = payload as SessionEventPayloads['signal.recorded']
      const result = step(RULES, state, { seq, kind, clientTime })
      state = result.state
      decisions.push(...result.decisions)
    } else if (type === 'strike.issued') {
      const { strikeId, severity } = payload as SessionEventPayloads['strike.issued']
      strikes.set(strikeId, { severity, lifted: false })
    } else if (type === 'strike.reviewed') {
      const { strikeId, decision } = payload as SessionEventPayloads['strike.reviewed']
      const strike = strikes.get(strikeId)
      if (strike) strike.lifted = decision === 'lifted'
      const result = review(RULES, state, standingOf([...strikes.values()]))
      state = result.state
      decisions.push(...result.decisions)
    }
  }
  return { state, decisions }
}

function standingOf(strikes: readonly { severity: Severity; lifted: boolean }[]): StandingStrikes {
  const standing: StandingStrikes = { info: 0, minor: 0, major: 0 }
  for (const { severity, lifted } of strikes) if (!lifted) standing[severity] += 1
  return standing
}

test('a log of signals and reviews, replayed, gives every strike, consequence, count and flag again', async () => {
  await fc.assert(
    fc.asyncProperty(courses, async (course) => {
      const candidate = await candidateUnder(app, RULES)
      const { sessionId } = candidate
      const reviewer = await reviewerOf(app, candidate)
      const issued: string[] = []
      let clientSeq = 0
      for (const item of course) {
        if ('signals' in item) {
          // Once the policy has ended the session, nothing more is taken; what stands in the log is what counts.
          const receipt = await send(
            candidate,
            item.signals.map((kind) => sent(++clientSeq, kind)),
          ).catch(() => ({ strikes: [] }))
          issued.push(...receipt.strikes.map(({ id }) => id))
        } else if (issued.length > 0) {
          await decide(reviewer, candidate, issued[item.strike % issued.length], item.decision)
        }
      }
      const log = await logOf(app, sessionId)
      const { state, decisions } = replay(log)
      const decided = log.flatMap(({ type, payload }) =>
        type === 'strike.issued' || type === 'policy.applied' ? [payload] : [],
      )
      const replayed = decisions.map((decision) =>
        decision.type === 'strike' ? decision.strike : decision.consequence,
      )
      expect(decided).toMatchObject(replayed)
      expect(decided).toHaveLength(replayed.length)
      const [row] = await app.db.sql`
        select policy_state, strike_count, flagged from sessions where id = ${sessionId}`
      const { info, minor, major } = state.strikes
      expect(row).toEqual({
        policy_state: clientSeq === 0 ? null : state,
        strike_count: info + minor + major,
        flagged: callsForFlag(RULES, state.strikes),
      })
    }),
    { numRuns: 15 },
  )
})
