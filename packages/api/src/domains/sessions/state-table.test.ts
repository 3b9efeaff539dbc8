import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allowedActions, nextState, type SessionAction, type SessionState } from '../../contract/index.ts'
import { mintToken } from '../../core/tokens.ts'
import { errorOf, startTestApp, type TestApp } from '../../testing/index.ts'
import { endOverdueSessions } from './index.ts'
import { invitation, newCompany, newKey, publishedInterview } from './testing/stage.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app?.close())

/** What the published table says about one session. */
interface Model {
  state: SessionState
  claimed: boolean
  asked: boolean
  /** The deadline has passed and nobody has noticed yet. */
  overdue: boolean
  linkExpired: boolean
  transitions: string[]
}

/** The same session in the real server. */
interface Real {
  sessionId: string
  companyId: string
  questionId: string
  /** Makes the call that stands for an action. */
  call(action: Action): Promise<unknown>
}

type Action = Exclude<SessionAction, 'recordSignals' | 'createUpload'>
type Command = fc.AsyncCommand<Model, Real>

function moveTo(model: Model, to: SessionState, action: string): void {
  if (to !== model.state) model.transitions.push(`${model.state} → ${to} by ${action}`)
  model.state = to
}

/** One call: allowed, it leads where the table says; not allowed, it names the state and what the table allows there. */
const act = (action: Action): Command => ({
  toString: () => action,
  check(model) {
    if (action === 'claim' || action === 'end') return true
    return model.claimed && (action !== 'answer' || model.state !== 'active' || model.asked)
  },
  async run(model, real) {
    const call = real.call(action)
    if (action === 'claim' && (model.claimed || model.linkExpired)) {
      await errorOf(call, 'LINK_INVALID')
    } else {
      if (model.overdue) moveTo(model, 'ended', 'end')
      model.overdue = false
      const to = nextState(model.state, action)
      if (to === null) {
        const { details } = await errorOf(call, 'INVALID_STATE')
        expect(details).toEqual({ state: model.state, allowed: allowedActions(model.state) })
      } else {
        await call
        moveTo(model, to, action)
        if (action === 'claim') model.claimed = true
        if (action === 'nextQuestion') model.asked = true
      }
    }
    await compare(model, real)
  },
})

/** The deadline passes: the sweep comes by, or nobody notices until the next call. */
const expire = (swept: boolean): Command => ({
  toString: () => `expire(${swept ? 'swept' : 'unnoticed'})`,
  check: ({ state }) => state !== 'completed' && state !== 'ended',
  async run(model, real) {
    const [row] = await app.db.sql<{ deadline: Date }[]>`
      select deadline_at as deadline from sessions where id = ${real.sessionId}`
    if (!row) throw new Error('the session is gone')
    app.clock.advance(Math.max(0, row.deadline.getTime() - app.clock.now().getTime()) + 1)
    model.linkExpired ||= !model.claimed
    if (swept) {
      await endOverdueSessions(app.ctx)
      moveTo(model, 'ended', 'end')
    } else {
      model.overdue = true
    }
    await compare(model, real)
  },
})

async function compare(model: Model, { sessionId }: Real): Promise<void> {
  const [row] = await app.db.sql`select state from sessions where id = ${sessionId}`
  expect(row).toEqual({ state: model.state })
  const log = await app.db.sql<{ from: string; to: string; action: string }[]>`
    select payload ->> 'from' as from, payload ->> 'to' as to, payload ->> 'action' as action
    from session_events where session_id = ${sessionId} and type = 'session.transitioned' order by seq`
  expect(log.map(({ from, to, action }) => `${from} → ${to} by ${action}`)).toEqual(model.transitions)
}

async function setUp(): Promise<{ model: Model; real: Real }> {
  const member = await newCompany(app)
  const { companyId } = member
  const questions = [{ id: 'only', kind: 'fixed' as const, text: 'What did you build?' }]
  const { id } = await publishedInterview(member, { questions })
  const { sessionId, token } = await invitation(member, id)
  const model: Model = {
    state: 'setup',
    claimed: false,
    asked: false,
    overdue: false,
    linkExpired: false,
    transitions: [],
  }
  let candidate = { userId: '', authSessionId: '' }
  // Tokens are minted for each call: the clock jumps by hours here, and what is tested is not their life.
  const session = async () => {
    const claims = { sub: candidate.userId, sid: candidate.authSessionId, sessionId, companyId }
    return app.client((await mintToken(app.ctx, 'ist', claims)).token).sessions
  }
  const company = async () => {
    const claims = { sub: member.userId, sid: member.authSessionId, guest: false }
    return app.client((await mintToken(app.ctx, 'access', claims)).token).sessions
  }
  const keyed = () => ({ sessionId, idempotencyKey: newKey() })
  const calls: Record<Action, () => Promise<unknown>> = {
    async claim() {
      const { auth } = await app.client().sessions.claim.mutate({ token })
      if (!auth) throw new Error('the claim made no guest')
      candidate = { userId: auth.user.id, authSessionId: auth.tokens.authSessionId }
    },
    precheck: async () => (await session()).precheck.mutate({ sessionId, consents: { browser: true } }),
    start: async () => (await session()).start.mutate(keyed()),
    async nextQuestion() {
      const next = await (await session()).nextQuestion.mutate(keyed())
      if (next.kind === 'asked') real.questionId = next.question.id
    },
    answer: async () =>
      (await session()).answer.mutate({ ...keyed(), questionId: real.questionId, text: 'A queue.' }),
    finalize: async () => (await session()).finalize.mutate(keyed()),
    withdraw: async () => (await session()).withdraw.mutate(keyed()),
    end: async () =>
      (await company()).end.mutate({ companyId, sessionId, reason: 'technical', note: 'Over.' }),
  }
  const real: Real = {
    sessionId,
    companyId,
    questionId: sessionId,
    call: (action) => calls[action](),
  }
  return { model, real }
}

// What leads on comes more often than what ends, or few runs would get far.
const LEADS_ON: readonly Action[] = ['claim', 'precheck', 'start', 'nextQuestion', 'answer']
const ENDS: readonly Action[] = ['finalize', 'withdraw', 'end']
const commands = fc.commands(
  [
    ...[...LEADS_ON, ...LEADS_ON, ...LEADS_ON, ...ENDS].map((action) => fc.constant(act(action))),
    fc.boolean().map(expire),
  ],
  { size: 'max', maxCommands: 30 },
)
/** The straight way, played in every run of the test, since chance alone does not always come by it. */
const straightWay = [...LEADS_ON, 'finalize' as const].map(act)

test('whatever is called in whatever order, a session follows the published table and its log says so', async () => {
  await fc.assert(
    fc.asyncProperty(commands, async (run) => {
      const stage = await setUp()
      await fc.asyncModelRun(() => stage, run)
      if (run === straightWay) expect(stage.model.state).toBe('completed')
      const [chain] = await app.db.sql`
        select h.seq = count(e.seq) as whole from session_heads h join session_events e using (session_id)
        where session_id = ${stage.real.sessionId} group by h.seq`
      expect(chain).toEqual({ whole: true })
    }),
    { numRuns: 50, endOnFailure: true, examples: [[straightWay]] },
  )
}, 120_000)
