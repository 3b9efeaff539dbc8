import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEFAULT_POLICY, type PolicyRules } from '../../contract/index.ts'
import { errorOf, memberOf, startTestApp, type TestApp } from '../../testing/index.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

let keys = 0
const newKey = () => `policies-test-${String(keys++).padStart(6, '0')}`
const strict: PolicyRules = {
  ...DEFAULT_POLICY,
  consequences: [{ strikes: 1, severity: 'major', action: 'end' }],
}
const auditOf = (companyId: string) =>
  app.db.sql`select action, target, actor from audit_log where company_id = ${companyId} order by id`

test('a policy is made once, however often the call is sent', async () => {
  const { api, companyId, userId } = await memberOf(app, { role: 'hr' })
  const input = { companyId, name: 'Strict', rules: strict, idempotencyKey: newKey() }
  const [first, replay] = await Promise.all([
    api.proctoring.createPolicy.mutate(input),
    api.proctoring.createPolicy.mutate(input),
  ])
  expect(first).toMatchObject({ companyId, name: 'Strict', version: 1, rules: strict })
  expect(replay).toEqual(first)
  expect(await api.proctoring.listPolicies.query({ companyId })).toEqual({ items: [first], nextCursor: null })
  expect(await auditOf(companyId)).toMatchObject([
    { action: 'proctoring.createPolicy', target: first.id, actor: `member:${userId}` },
  ])
  await errorOf(api.proctoring.createPolicy.mutate({ ...input, name: 'Other' }), 'IDEMPOTENCY_KEY_REUSED')
})

describe('revising a policy', () => {
  test('makes a new version and leaves the old one for the sessions that run by it', async () => {
    const { api, companyId } = await memberOf(app)
    const made = await api.proctoring.createPolicy.mutate({
      companyId,
      name: 'House rules',
      rules: DEFAULT_POLICY,
      idempotencyKey: newKey(),
    })
    const revision = { companyId, policyId: made.id, baseVersion: 1, rules: strict }
    const revised = await api.proctoring.revisePolicy.mutate(revision)
    expect(revised).toEqual({ ...made, version: 2, rules: strict })
    expect((await api.proctoring.listPolicies.query({ companyId })).items).toEqual([revised])
    const versions = await app.db.sql`
      select version, rules from policy_versions where policy_id = ${made.id} order by version`
    expect(versions).toMatchObject([
      { version: 1, rules: DEFAULT_POLICY },
      { version: 2, rules: strict },
    ])
    const conflict = await errorOf(api.proctoring.revisePolicy.mutate(revision), 'CONFLICT')
    expect(conflict.details).toEqual({ reason: 'version' })
  })

  test('again with the same key, also at the same moment, makes one version', async () => {
    const { api, companyId } = await memberOf(app)
    const { id: policyId } = await api.proctoring.createPolicy.mutate({
      companyId,
      name: 'House rules',
      rules: DEFAULT_POLICY,
      idempotencyKey: newKey(),
    })
    const revision = { companyId, policyId, baseVersion: 1, rules: strict, idempotencyKey: newKey() }
    const revise = () => api.proctoring.revisePolicy.mutate(revision)
    const answers = [...(await Promise.all([revise(), revise(), revise()])), await revise()]
    for (const answer of answers) {
      expect(answer).toEqual(answers[0])
      expect(answer).toMatchObject({ version: 2, rules: strict })
    }
    expect(await app.db.sql`select 1 from policy_versions where policy_id = ${policyId}`).toHaveLength(2)
    const other = { ...revision, rules: DEFAULT_POLICY }
    await errorOf(api.proctoring.revisePolicy.mutate(other), 'IDEMPOTENCY_KEY_REUSED')
  })

  test('by two at once makes one version', async () => {
    const { api, companyId } = await memberOf(app)
    const { id: policyId } = await api.proctoring.createPolicy.mutate({
      companyId,
      name: 'House rules',
      rules: DEFAULT_POLICY,
      idempotencyKey: newKey(),
    })
    const revise = () =>
      api.proctoring.revisePolicy.mutate({ companyId, policyId, baseVersion: 1, rules: strict })
    const results = await Promise.allSettled([revise(), revise(), revise()])
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await app.db.sql`select 1 from policy_versions where policy_id = ${policyId}`).toHaveLength(2)
  })

  test('of another company finds nothing', async () => {
    const owner = await memberOf(app)
    const { id: policyId } = await owner.api.proctoring.createPolicy.mutate({
      companyId: owner.companyId,
      name: 'House rules',
      rules: DEFAULT_POLICY,
      idempotencyKey: newKey(),
    })
    const stranger = await memberOf(app)
    const revision = { policyId, baseVersion: 1, rules: strict }
    const own = { ...revision, companyId: stranger.companyId }
    await errorOf(stranger.api.proctoring.revisePolicy.mutate(own), 'NOT_FOUND')
    const theirs = { ...revision, companyId: owner.companyId }
    await errorOf(stranger.api.proctoring.revisePolicy.mutate(theirs), 'NOT_FOUND')
  })
})

test('who may only read policies reads and previews them, and changes none', async () => {
  const { companyId } = await memberOf(app)
  const { api } = await memberOf(app, { companyId, role: 'reviewer' })
  expect(await api.proctoring.listPolicies.query({ companyId })).toEqual({ items: [], nextCursor: null })
  const input = { companyId, name: 'Mine', rules: strict, idempotencyKey: newKey() }
  await errorOf(api.proctoring.createPolicy.mutate(input), 'FORBIDDEN')
  const outsider = await memberOf(app, { companyId, role: 'employee' })
  await errorOf(outsider.api.proctoring.listPolicies.query({ companyId }), 'FORBIDDEN')
})

test('a list of policies goes on where its page ended', async () => {
  const { api, companyId } = await memberOf(app)
  for (const name of ['One', 'Two', 'Three']) {
    await api.proctoring.createPolicy.mutate({ companyId, name, rules: strict, idempotencyKey: newKey() })
  }
  const first = await api.proctoring.listPolicies.query({ companyId, limit: 2 })
  expect(first.items.map(({ name }) => name)).toEqual(['Three', 'Two'])
  const rest = await api.proctoring.listPolicies.query({ companyId, limit: 2, cursor: first.nextCursor })
  expect(rest).toMatchObject({ items: [{ name: 'One' }], nextCursor: null })
})

test('a preview shows what the rules would decide, and records nothing', async () => {
  const { api, companyId } = await memberOf(app)
  const at = (seconds: number) =>
    new Date(Date.parse('2026-03-01T10:00:00.000Z') + seconds * 1000).toISOString()
  const preview = await api.proctoring.previewPolicy.mutate({
    companyId,
    rules: strict,
    signals: [
      { clientTime: at(0), kind: 'tab_hidden' },
      { clientTime: at(1), kind: 'copy' },
      { clientTime: at(2), kind: 'tab_hidden' },
      { clientTime: at(3), kind: 'extra_screen' },
      { clientTime: at(4), kind: 'paste' },
    ],
  })
  expect(preview.strikes).toMatchObject([
    { ruleId: 'left-the-page', signals: [0, 2] },
    { ruleId: 'extra-screen', signals: [3] },
  ])
  expect(preview.consequences).toEqual([{ strikes: 1, severity: 'major', action: 'end', afterStrikes: 2 }])
  expect(await auditOf(companyId)).toEqual([])
})

test.each([
  ['a rule for sensor_unavailable', { kinds: ['sensor_unavailable'] }],
  ['a rule that counts to nothing', { count: 0 }],
  ['a rule without kinds', { kinds: [] }],
])('%s is refused', async (_, change) => {
  const { api, companyId } = await memberOf(app)
  const [rule] = DEFAULT_POLICY.rules
  const rules: PolicyRules = JSON.parse(JSON.stringify({ ...strict, rules: [{ ...rule, ...change }] }))
  const input = { companyId, name: 'Wrong', rules, idempotencyKey: newKey() }
  await errorOf(api.proctoring.createPolicy.mutate(input), 'INVALID_INPUT')
})
