import type { Db } from '@viva/db'
import { makeInterview } from '@viva/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memberOf, startTestApp, type TestApp, type TestMember } from '../../testing/index.ts'
import { type SessionFilter, sessionPage } from './session-page.ts'

const SESSIONS = 100_000
/** A page is 50 rows; the widest merge of lists reads a page of each. */
const FEW_HUNDRED = 650

let app: TestApp
let member: TestMember
let common: string
let rare: string
beforeAll(async () => {
  app = await startTestApp()
  member = await memberOf(app)
  const { companyId } = member
  const often = await makeInterview(app.db, { companyId })
  const seldom = await makeInterview(app.db, { companyId })
  common = often.id
  rare = seldom.id
  await fill(app.db, often, [common, rare])
}, 120_000)
afterAll(() => app?.close())

/**
 * One company's sessions, one every ten minutes, their ids in the same order: most completed, few in other states and few
 * flagged, all of these among the oldest, where a page that reads from the newest on would find them last.
 */
async function fill(
  db: Db,
  { companyId, policyId }: { companyId: string; policyId: string },
  interviewIds: [string, string],
): Promise<void> {
  await db.sql.begin(async (sql) => {
    await sql`set local statement_timeout = 0`
    await sql`
      insert into sessions (id, company_id, interview_id, interview_version, policy_id, policy_version, state,
        end_reason, candidate_email, flagged, strike_count, created_at, deadline_at, closed_at)
      select lpad(to_hex(n), 32, '0')::uuid, ${companyId}, case when n % 1000 = 1 then ${interviewIds[1]}::uuid
        else ${interviewIds[0]}::uuid end, 1, policy.id, 1, made.state,
        case when made.state = 'ended' then 'expired' end, 'candidate-' || n || '@example.test', n % 500 = 7, 0,
        made.at, made.at + interval '1 day', case when made.state in ('completed', 'ended') then made.at end
      from generate_series(1, ${SESSIONS}::int) n
      cross join (select ${policyId}::uuid as id) policy
      cross join lateral (
        select timestamptz '2024-01-01' + n * interval '10 minutes' as at,
          case when n <= 1000 then (array['setup', 'precheck', 'ready', 'active', 'ended'])[1 + n % 5]
            else 'completed' end as state
      ) made`
  })
  await db.sql`analyze sessions`
}

interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: PlanNode[]
}

/** Every row that a page's plan touched in the table of sessions, those that it left out again too, and how. */
async function read(filter: Partial<SessionFilter>): Promise<{ rows: number; ways: string[] }> {
  const page = sessionPage(app.db.sql, { companyId: member.companyId, after: null, limit: 51, ...filter })
  const [answer] = await app.db.sql<{ 'QUERY PLAN': { Plan: PlanNode }[] }[]>`
    explain (analyze, format json) ${page}`
  const scans: PlanNode[] = []
  const visit = (node: PlanNode): void => {
    if (node['Relation Name'] === 'sessions') scans.push(node)
    for (const child of node.Plans ?? []) visit(child)
  }
  for (const { Plan } of answer?.['QUERY PLAN'] ?? []) visit(Plan)
  return {
    rows: scans.reduce((sum, scan) => sum + touched(scan), 0),
    ways: [...new Set(scans.map((scan) => scan['Node Type']))],
  }
}

function touched(scan: PlanNode): number {
  const left = (scan['Rows Removed by Filter'] ?? 0) + (scan['Rows Removed by Index Recheck'] ?? 0)
  return (scan['Actual Rows'] + left) * scan['Actual Loops']
}

const DEEP = { createdAt: new Date('2024-01-02T00:00:00.000Z'), id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' }
const FILTERS: [string, Partial<SessionFilter> | (() => Partial<SessionFilter>), number][] = [
  ['nothing', {}, 51],
  ['nothing, far back', { after: DEEP }, 51],
  ['a rare state', { state: ['active'] }, 51],
  ['a common state', { state: ['completed'] }, 51],
  ['a common state, far back', { state: ['completed'], after: DEEP }, 0],
  ['several rare states', { state: ['setup', 'precheck', 'ready', 'active', 'ended'] }, 51],
  ['several rare states, far back', { state: ['setup', 'precheck', 'ready'], after: DEEP }, 51],
  ['what is flagged', { flagged: true }, 51],
  ['what is not flagged', { flagged: false }, 51],
  ['what is flagged, far back', { flagged: true, after: DEEP }, 1],
  ['a state and a flag', { state: ['completed', 'active'], flagged: true }, 51],
  ['a common interview', () => ({ interviewId: common }), 51],
  ['a rare interview', () => ({ interviewId: rare }), 51],
  [
    'a rare interview, its rare states and flags',
    () => ({ interviewId: rare, state: ['active'], flagged: false }),
    0,
  ],
  ['a common interview, what is flagged', () => ({ interviewId: common, flagged: true }), 51],
  ['an address', { candidateEmail: 'candidate-77@example.test' }, 1],
  [
    'an address and more',
    { candidateEmail: 'candidate-77@example.test', state: ['ready'], flagged: false },
    1,
  ],
  ['an address that nobody has', { candidateEmail: 'nobody@example.test' }, 0],
  [
    'a day long ago',
    { createdAfter: '2024-01-02T00:00:00.000Z', createdBefore: '2024-01-03T00:00:00.000Z' },
    51,
  ],
  ['all before a time long ago', { createdBefore: '2024-01-03T00:00:00.000Z' }, 51],
  ['all since a time long ago', { createdAfter: '2024-01-03T00:00:00.000Z' }, 51],
  ['a state and a time long ago', { state: ['completed'], createdBefore: '2024-01-07T23:50:00.000Z' }, 6],
]

describe(`of ${SESSIONS} sessions, a page`, () => {
  test.each(FILTERS)('of %s reads few rows, by an index', async (_name, filter, found) => {
    const given = typeof filter === 'function' ? filter() : filter
    const query = { companyId: member.companyId, after: null, limit: 51, ...given }
    expect(await sessionPage(app.db.sql, query)).toHaveLength(found)
    const { rows, ways } = await read(given)
    expect(ways).not.toContain('Seq Scan')
    expect(rows, ways.join()).toBeLessThanOrEqual(FEW_HUNDRED)
  })

  test('goes on from page to page through all that a filter finds, each once, in order', async () => {
    const { companyId, api } = member
    const seen: { id: string; createdAt: string }[] = []
    let cursor: string | null = null
    do {
      const page = await api.sessions.list.query({ companyId, state: ['active', 'ended'], limit: 90, cursor })
      seen.push(...page.items)
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(seen).toHaveLength(400)
    expect(new Set(seen.map(({ id }) => id)).size).toBe(400)
    expect(seen.map(({ createdAt }) => createdAt)).toEqual(
      seen.map(({ createdAt }) => createdAt).toSorted((a, b) => b.localeCompare(a)),
    )
  })
})
