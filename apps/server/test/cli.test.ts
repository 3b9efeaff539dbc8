import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestDatabase } from '@viva/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientOf, logIn, newKey, newPerson, smallCompany } from './stage/company.ts'
import { overDatabase } from './stage/database-server.ts'
import { startLocalServer } from './stage/local-server.ts'
import { type Ended, runProgram } from './stage/run-program.ts'
import { claimedSession } from './stage/sitting.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viva-cli-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

const viva = (args: string[], env: Record<string, string> = {}): Promise<Ended> =>
  runProgram('cli.ts', { folder, args, env })

describe('viva verify', () => {
  let bundle: string
  let jwks: string
  /** The same log, exported before the session ended. */
  let open: string

  beforeAll(async () => {
    await using stage = await startLocalServer()
    const { members, id: companyId, interviewId } = await smallCompany(stage.url)
    const { api } = members.admin
    const { session, sessionId } = await claimedSession(stage.url, { inviter: api, companyId, interviewId })
    open = JSON.stringify(await api.sessions.exportEvidence.mutate({ companyId, sessionId }))
    await session.sessions.withdraw.mutate({ sessionId, idempotencyKey: newKey() })
    bundle = JSON.stringify(await api.sessions.exportEvidence.mutate({ companyId, sessionId }))
    jwks = await (await fetch(`${stage.url}/.well-known/jwks.json`)).text()
  })

  async function write(name: string, text: string): Promise<string> {
    await writeFile(join(folder, name), text)
    return name
  }

  test('accepts a genuine bundle offline, and says whose keys it trusted', async () => {
    const file = await write('good.json', bundle)
    const keys = await write('jwks.json', jwks)
    const alone = await viva(['verify', file])
    expect(alone).toMatchObject({ code: 0, stderr: '' })
    expect(alone.stdout).toMatch(/good\.json: verified/)
    expect(alone.stdout).toContain('self-signed')
    const trusted = await viva(['verify', file, '--keys', keys])
    expect(trusted.code).toBe(0)
    expect(trusted.stdout).toContain('signature: trusted')
  })

  test('tells whether the session ended, by the log and not by what the file says of it', async () => {
    const { events } = JSON.parse(bundle)
    const { seq, at } = events.findLast(({ type }: { type: string }) => type === 'session.transitioned')
    const ended = await viva(['verify', await write('good.json', bundle)])
    expect(ended.stdout).toContain(`session:   ended at ${at}, by event ${seq}`)
    const still = JSON.parse(open)
    const claim = JSON.stringify({ ...still, session: { ...still.session, state: 'completed' } })
    for (const text of [open, claim]) {
      expect((await viva(['verify', await write('open.json', text)])).stdout).toContain(
        'session:   still open',
      )
    }
  })

  test('names the event that was edited, and exits with 1', async () => {
    const file = await write('bad.json', bundle.replace('"guest":true', '"guest":false'))
    const { code, stderr } = await viva(['verify', file])
    expect(code).toBe(1)
    expect(stderr).toMatch(/NOT VERIFIED[\s\S]*PAYLOAD_MISMATCH at 2/)
  })

  test('does not accept keys that are not the trusted ones', async () => {
    const file = await write('good.json', bundle)
    const keys = await write('other.json', JSON.stringify({ keys: [] }))
    expect((await viva(['verify', file, '--keys', keys])).code).toBe(1)
  })

  test.each([
    ['a file that is missing', ['verify', 'missing.json'], /no such file/],
    ['a file that is no JSON', ['verify', 'text.json'], /text\.json is not JSON/],
    ['JSON that is no bundle', ['verify', 'other.json'], /expected/],
    ['an option that it does not know', ['verify', '--trust-me'], /trust-me/],
  ])('exits with 2 for %s', async (_name, args, words) => {
    await write('text.json', 'not json')
    await write('other.json', '{"keys":[]}')
    const { code, stderr } = await viva(args)
    expect(code).toBe(2)
    expect(stderr).toMatch(words)
    expect(stderr).not.toContain('    at ')
  })
})

describe('viva on a database', () => {
  test('migrates, and seeds once however often it is asked', async () => {
    await using database = await createTestDatabase()
    const env = overDatabase(database)
    expect(await viva(['migrate'], env)).toMatchObject({ code: 0, stdout: 'The database is up to date.\n' })
    const first = await viva(['seed'], env)
    const second = await viva(['seed'], env)
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toMatch(/admin@example\.com +\S{16}$/m)
    expect(second.stdout).toBe(first.stdout)
    const [companies] = await database.db.sql`select count(*)::int as count from companies`
    expect(companies?.['count']).toBe(1)
  })

  test('rotates keys: running servers know the new one at once, and old tokens stay good', async () => {
    await using database = await createTestDatabase()
    await using stage = await startLocalServer({ database })
    const before = await newPerson(stage.url)
    const rotated = await viva(['keys', 'rotate'], overDatabase(database))
    expect(rotated.code).toBe(0)
    const [, active = ''] = /Active: (\S+)/.exec(rotated.stdout) ?? []
    expect(await (await fetch(`${stage.url}/.well-known/jwks.json`)).text()).toContain(active)
    await before.api.auth.me.query()
    // An instance that starts now signs with the new key.
    await using other = await startLocalServer({ database, env: { VIVA_PUBLIC_URL: stage.server.url } })
    const { accessToken } = await logIn(`http://127.0.0.1:${other.server.port}`, before.email)
    expect(JSON.parse(Buffer.from(accessToken.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({
      kid: active,
    })
    await clientOf(stage.url, accessToken).auth.me.query()
  })

  test.each([[[]], [['keys']], [['nonsense']]])('%j prints how it is used and exits with 1', async (args) => {
    const { code, stderr } = await viva(args)
    expect(code).toBe(1)
    expect(stderr).toContain('viva verify FILE')
  })

  test('an unreachable database is one line', async () => {
    const env = { DATABASE_URL: 'postgres://viva@127.0.0.1:1/viva', VIVA_SECRET: 'x'.repeat(40) }
    const { code, stderr } = await viva(['migrate'], env)
    expect(code).toBe(2)
    expect(stderr).toMatch(/^viva: The database [^\n]+ cannot be reached [^\n]+\n$/)
  })
})
