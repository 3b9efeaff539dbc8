import { expect, test } from 'vitest'
import { newCompany, newKey, newPerson } from './stage/company.ts'
import { startLocalServer } from './stage/local-server.ts'
import { openRawSocket } from './stage/raw-socket.ts'
import { claimedSession, sitDown } from './stage/sitting.ts'

test('the log of a whole interview holds no token, password, link or answer', async () => {
  await using stage = await startLocalServer({
    env: {
      VIVA_LOG_LEVEL: 'trace',
      OPENAI_API_KEY: 'sk-a-key-that-nobody-may-see',
      VIVA_AI_PROVIDERS: 'scripted',
    },
  })
  const company = await newCompany(stage.url, 'Home')
  const { admin } = company.members
  const claimed = await claimedSession(stage.url, {
    inviter: admin.api,
    companyId: company.id,
    interviewId: company.interviewId,
  })
  using raw = await openRawSocket(stage.url, { tokens: [claimed.tokens.wst] })
  raw.subscribe(1, 'sessions.events', { sessionId: claimed.sessionId })
  await raw.message(({ result }) => result?.type === 'data')
  const sitting = await sitDown(claimed)
  const invitation = await admin.api.sessions.invite.mutate({
    companyId: company.id,
    interviewId: company.interviewId,
    candidate: { email: 'candidate-in-person@example.test' },
    idempotencyKey: newKey(),
  })
  // Faults, too: wrong tokens, wrong passwords, a link that is none.
  const bad = 'not-a-token-but-secret-all-the-same'
  await fetch(`${stage.url}/trpc/auth.me`, { headers: { authorization: `Bearer ${bad}` } })
  await fetch(
    `${stage.url}/trpc/sessions.events?connectionParams=${encodeURIComponent(JSON.stringify({ tokens: bad }))}`,
  )
  await fetch(`${stage.url}/trpc/auth.logIn`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: admin.email, password: 'a wrong but telling password' }),
  })
  await sitting.session.sessions.finalize.mutate({ sessionId: sitting.sessionId, idempotencyKey: newKey() })
  const other = await newPerson(stage.url)
  await other.api.auth.logOut.mutate({})

  const log = stage.lines.join('')
  const secrets = {
    access: admin.accessToken,
    refresh: admin.refreshToken,
    guestAccess: claimed.accessToken,
    guestRefresh: claimed.refreshToken,
    ...claimed.tokens,
    upt: sitting.upt,
    link: invitation.token,
    password: admin.password,
    wrongPassword: 'a wrong but telling password',
    answer: 'the worker that empties it',
    bad,
    key: 'sk-a-key',
    candidate: 'candidate-in-person',
    address: admin.email,
    database: new URL(stage.database.url).password || 'no password at all',
  }
  for (const [name, secret] of Object.entries(secrets)) {
    expect(log.includes(secret), `${name} is in the log`).toBe(false)
  }
  // And it is a log: what happened is there.
  expect(log).toContain('"path":"/trpc/sessions.answer","status":200')
  for (const line of stage.lines) expect(() => JSON.parse(line)).not.toThrow()
})

test('line breaks and terminal codes in what a caller sends stay inside one line', async () => {
  await using stage = await startLocalServer({ env: { VIVA_TRUST_PROXY: '1' } })
  const forged = '{"level":"error","msg":"forged"}'
  const before = stage.lines.length
  await fetch(`${stage.url}/trpc/x%0d%0a${encodeURIComponent(forged)}%1b[31m`)
  await fetch(`${stage.url}/no/such/${'x'.repeat(5000)}`)
  await fetch(`${stage.url}/livez`, { headers: { 'x-request-id': `a"b,${forged}` } })
  const lines = stage.lines.slice(before)
  for (const line of lines) {
    expect(line.endsWith('\n')).toBe(true)
    expect(line.slice(0, -1)).not.toMatch(/\p{Cc}/u)
    expect(line.length).toBeLessThan(1000)
    expect(JSON.parse(line)).not.toMatchObject({ msg: 'forged' })
  }
  expect(lines.length).toBeGreaterThanOrEqual(3)
})
