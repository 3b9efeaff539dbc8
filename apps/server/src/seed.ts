import { TRPCError } from '@trpc/server'
import { appRouter, isAppError, type Ports, type TransportContext } from '@viva/api'
import type { Role } from '@viva/api/contract'
import { demoInterview } from './demo-interview.ts'
import { deriveSecret } from './secret.ts'

/** A log-in of the demo. */
export interface DemoAccount {
  role: Role
  email: string
  password: string
}

const COMPANY = 'Example Company'
const PEOPLE: readonly { role: Role; name: string }[] = [
  { role: 'admin', name: 'Ada Admin' },
  { role: 'hr', name: 'Hana HR' },
  { role: 'team_lead', name: 'Tomas Team Lead' },
  { role: 'employee', name: 'Emil Employee' },
  { role: 'reviewer', name: 'Rosa Reviewer' },
]

/**
 * Makes the demo company with a user for each role and a published interview, through the API as anyone would. Safe to
 * run again, also after a start that broke off, and on several instances at once: what exists is left as it is. Whoever
 * signed up with one of the demo's addresses before keeps it, and is given nothing; without its admin there is no demo.
 */
export async function seedDemo(options: { ports: Ports; secret: string }): Promise<DemoAccount[]> {
  const { ports, secret } = options
  const accounts = PEOPLE.map(({ role }): DemoAccount => {
    const email = `${role.replace('_', '-')}@example.com`
    // Made from the secret: known at every start, and different on every installation.
    return {
      role,
      email,
      password: deriveSecret(secret, `viva demo ${email}`).toString('base64url').slice(0, 16),
    }
  })
  const [admin] = accounts
  if (!admin) return []
  const [existing] = await ports.db.sql`
    select 1 from users u join memberships m on m.user_id = u.id join interviews i on i.company_id = m.company_id
    where u.email = ${admin.email} and i.published_version is not null limit 1`
  if (existing) return accounts

  for (const [index, { email, password }] of accounts.entries()) {
    await callerOf(ports).auth.signUp({ email, password, name: PEOPLE[index]?.name ?? email })
  }
  const boss = await logIn(ports, admin)
  if (!boss) return []
  const company = await boss.companies.create({ name: COMPANY, idempotencyKey: 'demo-company-00001' })
  const companyId = company.id
  const members = await boss.companies.members({ companyId })
  const ours: DemoAccount[] = []
  for (const account of accounts) {
    const person = await logIn(ports, account)
    if (!person) continue
    ours.push(account)
    if (members.some(({ email }) => email === account.email)) continue
    const { token } = await boss.companies.inviteMember({
      companyId,
      email: account.email,
      role: account.role,
    })
    await person.companies.acceptInvitation({ token })
  }
  const interview = await boss.interviews.create({
    companyId,
    definition: demoInterview,
    idempotencyKey: 'demo-interview-001',
  })
  await boss.interviews.publish({ companyId, interviewId: interview.id, version: 1 })
  return ours
}

type Caller = ReturnType<typeof appRouter.createCaller>

/** The API without a transport. Nobody is limited: it is the server that calls. */
function callerOf(ports: Ports, token?: string): Caller {
  const ctx: TransportContext = {
    ...ports,
    limiter: { consume: () => Promise.resolve(), reset: () => Promise.resolve() },
    tokens: token === undefined ? [] : [token],
    request: {
      id: 'seed',
      ip: '',
      userAgent: 'viva seed',
      refreshCookie: null,
      setRefreshCookie: () => undefined,
      drained: () => Promise.resolve(),
    },
  }
  return appRouter.createCaller(ctx)
}

/** Null where the address is somebody else's. */
async function logIn(ports: Ports, { email, password }: DemoAccount): Promise<Caller | null> {
  try {
    const { tokens } = await callerOf(ports).auth.logIn({ email, password, refreshTransport: 'body' })
    return callerOf(ports, tokens.accessToken)
  } catch (error) {
    if (error instanceof TRPCError && isAppError(error.cause, 'INVALID_CREDENTIALS')) return null
    throw error
  }
}
