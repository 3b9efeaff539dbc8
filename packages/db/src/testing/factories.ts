import { randomBytes, randomUUIDv7 } from 'node:crypto'
import type { Db } from '../client.ts'
import {
  answers,
  authSessions,
  companies,
  interviews,
  interviewVersions,
  invitations,
  memberships,
  policies,
  policyVersions,
  questions,
  sessionHeads,
  sessions,
  users,
} from '../schema/index.ts'

/** Where rows are put: a `Db`. */
export type Target = Pick<Db, 'drizzle'>

const DAY_MS = 24 * 60 * 60 * 1000
const inDays = (days: number): Date => new Date(Date.now() + days * DAY_MS)

function only<Row>(rows: Row[]): Row {
  const [row] = rows
  if (row === undefined) throw new Error('the insert returned no row')
  return row
}

/** A tenant. */
export async function makeCompany(db: Target, overrides: Partial<typeof companies.$inferInsert> = {}) {
  const values = { id: randomUUIDv7(), name: 'Acme', createdAt: new Date(), ...overrides }
  return only(await db.drizzle.insert(companies).values(values).returning())
}

/** A person with an address of their own and no usable password. */
export async function makeUser(db: Target, overrides: Partial<typeof users.$inferInsert> = {}) {
  const id = randomUUIDv7()
  const values = {
    id,
    email: overrides.guest ? null : `user-${id}@example.test`,
    name: 'Robin Example',
    createdAt: new Date(),
    ...overrides,
  }
  return only(await db.drizzle.insert(users).values(values).returning())
}

/** A role; makes the company and the user that are not given. */
export async function makeMembership(db: Target, overrides: Partial<typeof memberships.$inferInsert> = {}) {
  const companyId = overrides.companyId ?? (await makeCompany(db)).id
  const userId = overrides.userId ?? (await makeUser(db)).id
  const values = { role: 'admin' as const, createdAt: new Date(), ...overrides, companyId, userId }
  return only(await db.drizzle.insert(memberships).values(values).returning())
}

/** A signed-in device of a user, with random token hashes. */
export async function makeAuthSession(db: Target, overrides: Partial<typeof authSessions.$inferInsert> = {}) {
  const userId = overrides.userId ?? (await makeUser(db)).id
  const now = new Date()
  const values = {
    id: randomUUIDv7(),
    familyHash: randomBytes(32),
    refreshHash: randomBytes(32),
    rotatedAt: now,
    transport: 'body',
    userAgent: 'test',
    ip: '127.0.0.1',
    createdAt: now,
    lastUsedAt: now,
    idleExpiresAt: inDays(7),
    absoluteExpiresAt: inDays(30),
    ...overrides,
    userId,
  }
  return only(await db.drizzle.insert(authSessions).values(values).returning())
}

/** A policy with its first version: two hidden tabs make a minor strike, which is flagged. */
export async function makePolicy(
  db: Target,
  { rules, ...overrides }: Partial<typeof policies.$inferInsert> & { rules?: unknown } = {},
) {
  const companyId = overrides.companyId ?? (await makeCompany(db)).id
  const now = new Date()
  const values = {
    id: randomUUIDv7(),
    name: 'Standard',
    latestVersion: 1,
    standard: true,
    createdAt: now,
    ...overrides,
    companyId,
  }
  const policy = only(await db.drizzle.insert(policies).values(values).returning())
  await db.drizzle.insert(policyVersions).values({
    policyId: policy.id,
    version: policy.latestVersion,
    companyId,
    rules: rules ?? {
      rules: [
        {
          id: 'left-the-page',
          kinds: ['tab_hidden'],
          count: 2,
          windowSeconds: 600,
          severity: 'minor',
          message: 'The interview page was hidden more than once.',
        },
      ],
      consequences: [{ strikes: 1, severity: 'minor', action: 'flag' }],
    },
    createdAt: now,
  })
  return policy
}

/** A published interview of one fixed question, with its version and policy; parents that are not given are made. */
export async function makeInterview(
  db: Target,
  {
    definition = {},
    policy,
    ...overrides
  }: Partial<typeof interviews.$inferInsert> & {
    /** Parts of the definition that differ from the default. */
    definition?: Record<string, unknown>
    policy?: { id: string; latestVersion: number }
  } = {},
) {
  const companyId = overrides.companyId ?? (await makeCompany(db)).id
  const createdBy = overrides.createdBy ?? (await makeMembership(db, { companyId })).userId
  const { id: policyId, latestVersion: policyVersion } = policy ?? (await makePolicy(db, { companyId }))
  const now = new Date()
  const full = {
    title: 'Backend engineer',
    introduction: 'One question about your work.',
    questions: [{ id: 'q1', kind: 'fixed', text: 'Tell us about a system you built.', maxFollowUps: 0 }],
    rubric: [
      {
        id: 'clarity',
        name: 'Clarity',
        description: 'How clearly the work is explained.',
        weight: 1,
        anchors: [
          { score: 1, behaviour: 'Names no part of the system.' },
          { score: 5, behaviour: 'Names each part and why it is there.' },
        ],
      },
    ],
    limits: { totalSeconds: 3_600, questionSeconds: 600 },
    sensors: [{ sensor: 'browser', required: true }],
    open: false,
    policy: { policyId, version: policyVersion },
    ...definition,
  }
  const values = {
    id: randomUUIDv7(),
    title: full.title,
    latestVersion: 1,
    publishedVersion: 1,
    open: full.open,
    questionCount: full.questions.length,
    createdAt: now,
    updatedAt: now,
    ...overrides,
    companyId,
    createdBy,
  }
  const interview = only(await db.drizzle.insert(interviews).values(values).returning())
  await db.drizzle.insert(interviewVersions).values({
    interviewId: interview.id,
    version: interview.latestVersion,
    companyId,
    definition: full,
    createdBy,
    createdAt: now,
  })
  return { ...interview, policyId, policyVersion }
}

/** A session with an empty log, in state `setup` and unclaimed; parents that are not given are made. */
export async function makeSession(
  db: Target,
  {
    interview,
    ...overrides
  }: Partial<typeof sessions.$inferInsert> & {
    interview?: Awaited<ReturnType<typeof makeInterview>>
  } = {},
) {
  const parent =
    interview ??
    (await makeInterview(db, overrides.companyId === undefined ? {} : { companyId: overrides.companyId }))
  const now = new Date()
  const values = {
    id: randomUUIDv7(),
    companyId: parent.companyId,
    interviewId: parent.id,
    interviewVersion: parent.latestVersion,
    policyId: parent.policyId,
    policyVersion: parent.policyVersion,
    state: 'setup' as const,
    createdAt: now,
    deadlineAt: inDays(7),
    ...overrides,
  }
  const session = only(await db.drizzle.insert(sessions).values(values).returning())
  await db.drizzle.insert(sessionHeads).values({
    sessionId: session.id,
    companyId: session.companyId,
    hash: new Uint8Array(32), // the previous hash of a log's first event
    lastAt: now,
  })
  return session
}

/** An unclaimed link to a session, which is made if not given, with a random token hash. */
export async function makeInvitation(db: Target, overrides: Partial<typeof invitations.$inferInsert> = {}) {
  const session =
    overrides.sessionId === undefined && overrides.kind !== 'member'
      ? await makeSession(db, overrides.companyId === undefined ? {} : { companyId: overrides.companyId })
      : undefined
  const companyId = overrides.companyId ?? session?.companyId ?? (await makeCompany(db)).id
  const createdBy = overrides.createdBy ?? (await makeMembership(db, { companyId })).userId
  const values = {
    id: randomUUIDv7(),
    kind: 'session' as const,
    sessionId: session?.id ?? null,
    tokenHash: randomBytes(32),
    createdAt: new Date(),
    expiresAt: inDays(7),
    ...overrides,
    companyId,
    createdBy,
  }
  return only(await db.drizzle.insert(invitations).values(values).returning())
}

/** A question that was asked in a session, without its event. */
export async function makeQuestion(
  db: Target,
  overrides: Partial<typeof questions.$inferInsert> & { sessionId: string; companyId: string },
) {
  const now = Date.now()
  const values = {
    id: randomUUIDv7(),
    position: 1,
    planId: 'q1',
    text: 'Tell us about a system you built.',
    askedAt: new Date(now),
    deadlineAt: new Date(now + 600_000),
    ...overrides,
  }
  return only(await db.drizzle.insert(questions).values(values).returning())
}

/** An answer to a question, without its event. */
export async function makeAnswer(
  db: Target,
  overrides: Partial<typeof answers.$inferInsert> & {
    sessionId: string
    companyId: string
    questionId: string
  },
) {
  const values = {
    id: randomUUIDv7(),
    text: 'A queue, and the worker that empties it.',
    late: false,
    receivedAt: new Date(),
    ...overrides,
  }
  return only(await db.drizzle.insert(answers).values(values).returning())
}
