import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiAnswer, callApi, callOverSocket } from './stage/api-call.ts'
import {
  addMember,
  newKey,
  newPerson,
  type Person,
  type SmallCompany,
  smallCompany,
} from './stage/company.ts'
import { type DatabaseServer, startDatabaseServer } from './stage/database-server.ts'
import { edgeInputs, type HostileInput, hostileInputs } from './stage/hostile-input.ts'
import { allProcedures, type Procedure } from './stage/procedures.ts'
import { type Samples, sampleInput } from './stage/sample-input.ts'
import { type Claimed, claimedSession, type Sitting, sitDown } from './stage/sitting.ts'

/** Random inputs for each procedure, beside those that take each field to its ends. */
const RANDOM_RUNS = 25
/** Stand in the sampled input for what must be new in every call, or all calls after the first would be replays. */
const NEW_KEY = 'a-new-key-for-each-call'
const NEW_EMAIL = 'new@example.test'

/** What these do may leave them without a caller who is logged in. */
const LOSE_THE_CALLER = new Set(['auth.refresh', 'auth.logOut', 'auth.logOutEverywhere', 'auth.revokeDevice'])
const LONGEST_ADDRESS = 15_000

describe('every procedure answers any input with a typed error, never with a fault', () => {
  let stage: DatabaseServer
  let url: string
  let company: SmallCompany
  let admins: Person[]
  let bystander: Person
  /** Under way. */
  let sitting: Sitting
  /** Claimed, for what comes before the start. */
  let waiting: Claimed
  /** For calls that may end it. */
  let doomed: Sitting

  beforeAll(async () => {
    stage = await startDatabaseServer()
    url = stage.server.url
    company = await smallCompany(url)
    const { id: companyId, members } = company
    admins = [members.admin]
    for (let count = 0; count < 3; count += 1) {
      const person = await newPerson(url)
      await addMember(members.admin, { companyId, role: 'admin', person })
      admins.push(person)
    }
    bystander = await newPerson(url)
    await addMember(members.admin, { companyId, role: 'employee', person: bystander })
    sitting = await sitDown(await claim())
    waiting = await claim()
    doomed = await sitDown(await claim())
  })

  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]()
  })

  const claim = () => {
    const { id: companyId, interviewId, members } = company
    return claimedSession(url, { inviter: members.admin.api, companyId, interviewId })
  }

  /** The session that a procedure's calls are about: one that it can do something to. */
  function seatOf(path: string): Claimed {
    if (path === 'sessions.precheck' || path === 'sessions.start') return waiting
    return ['sessions.end', 'sessions.finalize', 'sessions.withdraw'].includes(path) ? doomed : sitting
  }

  function tokenFor({ path, meta }: Procedure, index: number): string | undefined {
    if (path === 'auth.logOut' || path === 'auth.logOutEverywhere') return bystander.accessToken
    if (path === 'sessions.refreshTokens') return sitting.accessToken
    switch (meta.auth) {
      case 'public':
        return undefined
      case 'user':
      case 'company':
        return admins[index % admins.length]?.accessToken
      default:
        return seatOf(path).tokens[meta.auth]
    }
  }

  function samplesFor(path: string): Samples {
    const text = () => 'Sample'
    return {
      companyId: () => company.id,
      interviewId: () => company.interviewId,
      policyId: () => company.policyId,
      sessionId: () => seatOf(path).sessionId,
      userId: () => bystander.userId,
      questionId: () => sitting.questionId,
      mediaId: () => sitting.mediaId,
      runId: () => sitting.runId,
      strikeId: () => sitting.strikeId,
      authSessionId: () => bystander.authSessionId,
      idempotencyKey: () => NEW_KEY,
      clientTime: () => new Date().toISOString(),
      createdAfter: () => '2024-01-01T00:00:00.000Z',
      createdBefore: () => '2034-01-01T00:00:00.000Z',
      contentType: () => 'audio/webm',
      id: () => 'sample',
      version: () => 1,
      kinds: () => ['tab_hidden'],
      consents: () => ({ browser: true, camera: false }),
      device: () => ({ screen: { width: 1920 }, agent: 'Sample' }),
      details: () => ({ characters: 12 }),
      anchors: () => [
        { score: 1, behaviour: 'Names nothing.' },
        { score: 5, behaviour: 'Names everything.' },
      ],
      email: () => NEW_EMAIL,
      candidateEmail: () => NEW_EMAIL,
      password: text,
      'auth.signUp.password': () => 'long enough for a password',
      'auth.logIn.email': () => bystander.email,
      refreshToken: () => bystander.refreshToken,
      token: () => 'a-link-token-that-leads-nowhere',
      cursor: () => null,
      lastEventId: () => null,
    }
  }

  test.each(allProcedures().map((procedure, index) => [procedure.path, procedure, index] as const))(
    '%s',
    async (path, procedure, index) => {
      const valid = await sampleInput(procedure, samplesFor(path), { optional: true })
      const token = tokenFor(procedure, index)
      const codes = new Set<string>()
      const edges = edgeInputs(valid)
      await fc.assert(
        fc.asyncProperty(hostileInputs(valid), async ({ input }: HostileInput) => {
          for (const answer of await callAll(procedure, token, renewed(input))) {
            codes.add(answer.code)
            if (!isTyped(procedure, answer, input)) {
              throw new Error(`answered ${answer.status}: ${answer.text.slice(0, 500)}`)
            }
          }
        }),
        { examples: edges.map((edge): [HostileInput] => [edge]), numRuns: edges.length + RANDOM_RUNS },
      )
      // The inputs must have come as far as the schema and beyond; a gate that refuses all of them proves nothing.
      expect(codes).not.toContain('RATE_LIMITED')
      if (!LOSE_THE_CALLER.has(path)) expect(codes).not.toContain('UNAUTHENTICATED')
      expect(stage.server.isRunning()).toBe(true)
    },
    60_000,
  )

  /** New keys and addresses in the place of those that stand in for them. */
  function renewed(input: unknown): unknown {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) return input
    return Object.fromEntries(
      Object.entries(input).map(([name, value]) => [
        name,
        value === NEW_KEY ? newKey() : value === NEW_EMAIL ? `${newKey()}@example.test` : value,
      ]),
    )
  }

  async function callAll(
    { path, type }: Procedure,
    token: string | undefined,
    input: unknown,
  ): Promise<ApiAnswer[]> {
    const call = { path, type, token, input }
    const overHttp = await callApi(url, call)
    return type === 'subscription' ? [overHttp, await callOverSocket(url, call)] : [overHttp]
  }

  function isTyped({ type }: Procedure, answer: ApiAnswer, input: unknown): boolean {
    // An address that does not fit into a request is refused while it is read, before anything of ours runs.
    const address = type === 'mutation' ? '' : encodeURIComponent(JSON.stringify(input) ?? '')
    if (address.length > LONGEST_ADDRESS && answer.status === 431) return true
    return answer.status < 500 && answer.code !== 'UNTYPED' && answer.code !== 'INTERNAL'
  }

  test('and nothing of it was a fault that only the log shows', async () => {
    const ready = await fetch(`${url}/readyz`)
    expect(ready.status).toBe(200)
    expect(stage.server.output()).not.toContain('a call failed')
  })
})
