import { randomBytes } from 'node:crypto'
import { roleHas } from '@viva/api/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiAnswer, callApi, callOverSocket } from './stage/api-call.ts'
import { asCaller, type Caller, guestOf, membersOf, strangers, tokensOf } from './stage/callers.ts'
import {
  addMember,
  newCompany,
  newKey,
  newLink,
  newPerson,
  type Person,
  type StagedCompany,
} from './stage/company.ts'
import { type DatabaseServer, SECRET, startDatabaseServer } from './stage/database-server.ts'
import { allProcedures, type Procedure } from './stage/procedures.ts'
import { type Samples, sampleInput } from './stage/sample-input.ts'
import { findSecretFields } from './stage/secret-fields.ts'
import { claimedSession, getReady, type Sitting, sitDown } from './stage/sitting.ts'

/** The ids that a call may name: all of one company's. */
interface Place {
  company: StagedCompany
  sitting: Sitting
  /** A member who is nobody else's caller, so that they can lose their role. */
  bystander: Person
}

/** Who may call is in each procedure's own description; what follows is only what a verb itself refuses beyond it. */
const GUESTS_MAY_NOT = new Set(['companies.create'])
const NEEDS_A_DEVICE = new Set(['auth.logOut'])
/** Ids by which a list is narrowed: another company's finds nothing. */
const FILTERS = new Set(['sessions.list.interviewId'])
/** Allowed until a session is under way. */
const BEFORE_START = new Set(['sessions.precheck', 'sessions.start'])
/** Each leaves something behind in which other calls could not succeed any more, so each gets a session of its own. */
const ENDS_SESSION = new Set(['sessions.end', 'sessions.finalize', 'sessions.withdraw'])
/** Each logs out a device, so each call is made with a device of its own; the last of them logs out all. */
const LOGS_OUT = ['auth.revokeDevice', 'auth.logOut', 'auth.logOutEverywhere']
/** What an allowed call may answer beside OK: it was let in, and what it wanted was done before. */
const LET_IN = new Set(['OK', 'CONFLICT', 'INVALID_STATE', 'LINK_INVALID'])

const procedures = allProcedures().sort((a, b) => LOGS_OUT.indexOf(a.path) - LOGS_OUT.indexOf(b.path))

describe('every procedure answers every caller as its description says', () => {
  let stage: DatabaseServer
  let url: string
  let home: Place
  let abroad: Place
  /** Somebody of no company, whose account serves calls that need any account. */
  let outsider: Person
  /** A company that has nothing to do with the others: callers join it, and its links are claimed. */
  let third: StagedCompany
  let callers: Caller[]

  beforeAll(async () => {
    stage = await startDatabaseServer()
    url = stage.server.url
    home = await newPlace('Home')
    abroad = await newPlace('Abroad')
    outsider = await newPerson(url)
    third = await newCompany(url, 'Third')
    const neighbour = await newSitting(home.company)
    const another = () => newClaim(third)
    callers = [
      ...strangers(outsider),
      asCaller(url, 'a user of no company', outsider),
      ...membersOf(url, 'home', home.company),
      ...membersOf(url, 'abroad', abroad.company),
      guestOf('the candidate', home.sitting, another),
      guestOf('a candidate abroad', abroad.sitting, another),
      ...tokensOf('the session', home.sitting),
      ...tokensOf('another session of the company', neighbour),
      ...tokensOf('a session abroad', abroad.sitting),
    ]
  })

  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]()
  })

  const newClaim = ({ id: companyId, members, interviewId }: StagedCompany) =>
    claimedSession(url, { inviter: members.admin.api, companyId, interviewId })
  const newSitting = async (company: StagedCompany): Promise<Sitting> => sitDown(await newClaim(company))

  async function newPlace(name: string): Promise<Place> {
    const company = await newCompany(url, name)
    const bystander = await newPerson(url)
    const { admin } = company.members
    await addMember(admin, { companyId: company.id, role: 'employee', person: bystander })
    return { company, bystander, sitting: await newSitting(company) }
  }

  /** The values that fields of an input get for one call. */
  function samplesFor(caller: Caller, allowed: boolean, device: string | undefined): Samples {
    const { company, sitting, bystander } = home
    const { admin } = company.members
    const companyId = company.id
    const link = () => (allowed ? newLink(third) : randomBytes(32).toString('base64url'))
    return {
      companyId: () => companyId,
      interviewId: () => company.interviewId,
      policyId: () => company.policyId,
      sessionId: () => sitting.sessionId,
      userId: () => bystander.userId,
      questionId: () => sitting.questionId,
      mediaId: () => sitting.mediaId,
      runId: () => sitting.runId,
      strikeId: () => sitting.strikeId,
      authSessionId: () => device ?? outsider.authSessionId,
      idempotencyKey: newKey,
      clientTime: () => new Date().toISOString(),
      contentType: () => 'audio/webm',
      id: () => 'sample',
      version: () => 1,
      consents: () => ({ browser: true, microphone: true }),
      email: () => `${newKey()}@example.test`,
      password: () => outsider.password,
      'auth.logIn.email': () => outsider.email,
      'auth.refresh.refreshToken': async () => {
        const { email, password } = outsider
        return (await outsider.api.auth.logIn.mutate({ email, password })).tokens.refreshToken
      },
      'interviews.edit.baseVersion': async () => {
        const { interviewId } = company
        return (await admin.api.interviews.get.query({ companyId, interviewId })).latestVersion
      },
      'proctoring.revisePolicy.baseVersion': async () =>
        (await admin.api.proctoring.listPolicies.query({ companyId })).items[0]?.version,
      'companies.acceptInvitation.token': async () => {
        const invited = {
          companyId: third.id,
          role: 'employee' as const,
          email: caller.email ?? outsider.email,
        }
        return (await third.members.admin.api.companies.inviteMember.mutate(invited)).token
      },
      'sessions.claim.token': link,
      'sessions.readInvitation.token': link,
    }
  }

  /** What the description of a procedure promises to a caller who names things of `home` alone. */
  function expected({ path, meta }: Procedure, caller: Caller): 'allowed' | 'either' | string {
    const { auth, permission } = meta
    if (auth === 'public') {
      if (caller.kind === 'none') return NEEDS_A_DEVICE.has(path) ? 'UNAUTHENTICATED' : 'allowed'
      // A procedure that never looks at tokens serves anybody; one that does insists on a right one.
      return caller.kind === 'user' ? 'allowed' : 'either'
    }
    if (auth === 'user' || auth === 'company') {
      if (caller.kind !== 'user') return 'UNAUTHENTICATED'
      if (auth === 'user') return caller.guest && GUESTS_MAY_NOT.has(path) ? 'FORBIDDEN' : 'allowed'
      const role = caller.roles[home.company.id]
      if (role === undefined) return 'NOT_FOUND'
      if (permission === undefined) throw new Error(`${path} is for members but names no permission`)
      return roleHas(role, permission) ? 'allowed' : 'FORBIDDEN'
    }
    if (caller.kind !== auth) return 'UNAUTHENTICATED'
    return caller.sessionId === home.sitting.sessionId ? 'allowed' : 'FORBIDDEN'
  }

  /** Fields that name something which belongs to a company or a session. */
  const resourceIds = ({ company, sitting, bystander }: Place) => ({
    sessionId: sitting.sessionId,
    interviewId: company.interviewId,
    policyId: company.policyId,
    userId: bystander.userId,
    questionId: sitting.questionId,
    mediaId: sitting.mediaId,
    runId: sitting.runId,
    strikeId: sitting.strikeId,
  })

  async function call(procedure: Procedure, token: string | undefined, input: unknown): Promise<ApiAnswer> {
    const { path, type } = procedure
    const answer = await callApi(url, { path, type, token, input })
    if (type !== 'subscription') return answer
    // The same over the socket: each transport has a context of its own.
    const overSocket = await callOverSocket(url, { path, type, token, input })
    return overSocket.code === answer.code ? answer : { ...answer, code: `${answer.code}/${overSocket.code}` }
  }

  /** Fields of the server's own, and anything of a company that the caller does not belong to. */
  function leaks(procedure: Procedure, caller: Caller, answer: ApiAnswer, input: unknown): string[] {
    const sent = JSON.stringify(input ?? null)
    const foreign = Object.hasOwn(caller.roles, abroad.company.id)
      ? []
      : [abroad.company.id, ...Object.values(resourceIds(abroad))]
    const isAbroad = caller.sessionId === abroad.sitting.sessionId || caller.userId === abroad.sitting.userId
    return [
      ...findSecretFields(answer.data, procedure.path),
      ...[SECRET, outsider.password].filter((secret) => answer.text.includes(secret)),
      ...(isAbroad ? [] : foreign.filter((id) => answer.text.includes(id) && !sent.includes(id))),
    ]
  }

  test.each(procedures.map((procedure) => [procedure.path, procedure] as const))(
    '%s',
    async (path, procedure) => {
      const wrong: string[] = []
      let succeeded = 0
      if (BEFORE_START.has(path)) takeSeats(await newReadySitting())

      for (const caller of callersOf(procedure)) {
        const device = LOGS_OUT.includes(path) ? await caller.newDevice?.() : undefined
        const promise = expectedOfOwner(procedure, caller)
        const samples = samplesFor(caller, promise === 'allowed', device?.authSessionId)
        const input = await sampleInput(procedure, samples)
        const answer = await call(procedure, device?.token ?? caller.token, input)
        if (answer.code === 'OK') succeeded += 1
        const isRight =
          promise === 'allowed'
            ? LET_IN.has(answer.code)
            : promise === 'either'
              ? LET_IN.has(answer.code) || answer.code === 'UNAUTHENTICATED'
              : answer.code === promise
        if (!isRight) wrong.push(`${caller.name}: ${answer.code} instead of ${promise}: ${answer.text}`)
        for (const leak of leaks(procedure, caller, answer, input)) wrong.push(`${caller.name} reads ${leak}`)
        if (promise === 'allowed' && caller.kind !== 'none')
          wrong.push(...(await reachAbroad(procedure, caller)))
      }
      if (ENDS_SESSION.has(path) || BEFORE_START.has(path)) takeSeats(await newSitting(home.company))

      expect(wrong).toEqual([])
      // Otherwise the input was no good, and nothing was learned about those who are let in.
      expect(succeeded, 'calls that succeeded').toBeGreaterThan(0)
    },
    60_000,
  )

  /** Procedures of users know whose a thing is, by nothing but its owner. */
  function expectedOfOwner(procedure: Procedure, caller: Caller): string {
    const promise = expected(procedure, caller)
    const isCandidate = caller.userId === home.sitting.userId
    if (procedure.path === 'sessions.refreshTokens' && promise === 'allowed' && !isCandidate)
      return 'NOT_FOUND'
    return promise
  }

  /** Names one thing of the other company at a time, together with what is the caller's own. */
  async function reachAbroad(procedure: Procedure, caller: Caller): Promise<string[]> {
    const wrong: string[] = []
    const { auth } = procedure.meta
    if (auth === 'public') return wrong
    for (const [resource, id] of Object.entries(resourceIds(abroad))) {
      // A token's own session is what the gate itself looks at, and an open interview is open to all.
      if (resource === 'sessionId' && auth !== 'company' && auth !== 'user') continue
      if (procedure.path === 'sessions.createOpen') continue
      const samples = { ...samplesFor(caller, true, undefined), [resource]: () => id }
      const input = await sampleInput(procedure, samples)
      if (!JSON.stringify(input ?? null).includes(id)) continue
      const answer = await call(procedure, caller.token, input)
      const isFilter = FILTERS.has(`${procedure.path}.${resource}`)
      if (answer.code !== (isFilter ? 'OK' : 'NOT_FOUND')) {
        wrong.push(`${caller.name} with another company's ${resource}: ${answer.code}: ${answer.text}`)
      }
      for (const leak of leaks(procedure, caller, answer, input)) {
        wrong.push(`${caller.name} with another company's ${resource} reads ${leak}`)
      }
    }
    if (procedure.path === 'auth.revokeDevice') {
      const input = { authSessionId: abroad.sitting.authSessionId }
      const own = caller.userId === abroad.sitting.userId
      const answer = own ? null : await call(procedure, caller.token, input)
      if (answer && answer.code !== 'NOT_FOUND') wrong.push(`${caller.name} logs out others: ${answer.code}`)
    }
    return wrong
  }

  /** What a token's session is means nothing where no session's token opens anything. */
  const callersOf = ({ meta }: Procedure): Caller[] =>
    meta.auth === 'public'
      ? callers.filter(({ sessionId }) => [null, home.sitting.sessionId].includes(sessionId))
      : callers

  /** A session that was not started yet; what only a started one has stays that of the one before. */
  const newReadySitting = async (): Promise<Sitting> => ({
    ...home.sitting,
    ...(await getReady(await newClaim(home.company))),
  })

  /** Puts another session in the place of the one that calls are about, with callers for its candidate and tokens. */
  function takeSeats(sitting: Sitting): void {
    const before = home.sitting
    home = { ...home, sitting }
    const tokens = tokensOf('the session', sitting)
    callers = callers.flatMap((caller) => {
      if (caller.userId === before.userId) return guestOf(caller.name, sitting, () => newClaim(third))
      if (caller.sessionId !== before.sessionId) return caller
      return tokens.filter(({ kind }) => kind === caller.kind)
    })
  }
})
