import { TRPCError } from '@trpc/server'
import { isAppError, type Ports } from '@viva/api'
import type { DemoAccount, Role } from '@viva/api/contract'
import { demoInterview } from './demo-interview.ts'
import { type InProcessApi, inProcessApi } from './in-process-api.ts'
import { lacksSample, playSample } from './sample-session.ts'
import { deriveSecret } from './secret.ts'

const COMPANY = 'Example Company'
const PEOPLE: readonly { role: Role; name: string }[] = [
  { role: 'admin', name: 'Ada Admin' },
  { role: 'hr', name: 'Hana HR' },
  { role: 'team_lead', name: 'Tomas Team Lead' },
  { role: 'employee', name: 'Emil Employee' },
  { role: 'reviewer', name: 'Rosa Reviewer' },
]

/**
 * Makes the demo company with a user for each role, a published interview, and a screening with one finished session,
 * through the API as anyone would. Safe to run again, also after a start that broke off, and on several instances at once:
 * what exists is left as it is. Whoever signed up with one of the demo's addresses before keeps it, and is given nothing;
 * without its admin there is no demo.
 */
export async function seedDemo(options: { ports: Ports; secret: string }): Promise<DemoAccount[]> {
  const { ports, secret } = options
  const accounts = PEOPLE.map(({ role, name }): DemoAccount => {
    const email = `${role.replace('_', '-')}@example.com`
    // Made from the secret: known at every start, and different on every installation.
    const password = deriveSecret(secret, `viva demo ${email}`).toString('base64url').slice(0, 16)
    return { role, name, email, password }
  })
  const [admin] = accounts
  if (!admin) return []
  const [existing] = await ports.db.sql<{ companyId: string; emails: string[] }[]>`
    select m.company_id as "companyId",
      array(select o.email::text from users o join memberships om on om.user_id = o.id where om.company_id = m.company_id)
        as emails
    from users u
      join memberships m on m.user_id = u.id join interviews i on i.company_id = m.company_id
    where u.email = ${admin.email} and i.published_version is not null order by m.company_id limit 1`
  if (existing) {
    const { companyId, emails } = existing
    await seedSample({ ports, admin, companyId })
    return accounts.filter(({ email }) => emails.includes(email))
  }
  // Together, for most of it is hashing passwords.
  await Promise.all(
    accounts.map(({ email, password, name }) => inProcessApi(ports).auth.signUp({ email, password, name })),
  )
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
    const { email, role } = account
    const { token } = await boss.companies.inviteMember({ companyId, email, role })
    await person.companies.acceptInvitation({ token })
  }
  const interview = await boss.interviews.create({
    companyId,
    definition: demoInterview,
    idempotencyKey: 'demo-interview-001',
  })
  await boss.interviews.publish({ companyId, interviewId: interview.id, version: 1 })
  await seedSample({ ports, admin, companyId, boss })
  return ours
}

/** Adds the sample session. Where the API refuses a step of it the demo does without: no start may fail for it. */
async function seedSample(demo: {
  ports: Ports
  admin: DemoAccount
  companyId: string
  boss?: InProcessApi
}): Promise<void> {
  const { ports, admin, companyId } = demo
  if (!(await lacksSample(ports, companyId))) return
  const boss = demo.boss ?? (await logIn(ports, admin))
  if (!boss) return
  try {
    await playSample(ports, boss, companyId)
  } catch (error) {
    const isRefusal = error instanceof TRPCError && isAppError(error.cause)
    if (!isRefusal || isAppError(error.cause, 'INTERNAL')) throw error
    ports.log.warn({ err: error }, 'the sample session of the demo was not played')
  }
}

/** Null where the address is somebody else's. */
async function logIn(ports: Ports, { email, password }: DemoAccount): Promise<InProcessApi | null> {
  try {
    const { tokens } = await inProcessApi(ports).auth.logIn({ email, password, refreshTransport: 'body' })
    return inProcessApi(ports, tokens.accessToken)
  } catch (error) {
    if (error instanceof TRPCError && isAppError(error.cause, 'INVALID_CREDENTIALS')) return null
    throw error
  }
}
