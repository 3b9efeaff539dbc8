import { signingKeys } from '@viva/db/schema'
import { createTestDatabase, type TestDatabase } from '@viva/db/testing'
import { eq } from 'drizzle-orm'
import { CompactSign, calculateJwkThumbprint, compactVerify, exportJWK, generateKeyPair } from 'jose'
import { expect, test, vi } from 'vitest'
import { createTestClock } from '../testing/index.ts'
import { createKeyRing } from './key-ring.ts'
import { systemRandom } from './system.ts'

const SECRET = 'a secret of more than thirty-two characters'

function ringOver(database: TestDatabase, { secret = SECRET, clock = createTestClock() } = {}) {
  return createKeyRing({ db: database.db, secret, clock, random: systemRandom })
}

async function sign(ring: ReturnType<typeof ringOver>): Promise<{ kid: string; token: string }> {
  const { kid, privateKey } = await ring.signer()
  const token = await new CompactSign(Buffer.from('text'))
    .setProtectedHeader({ alg: 'EdDSA', kid })
    .sign(privateKey)
  return { kid, token }
}

async function verifies(ring: ReturnType<typeof ringOver>, signed: { kid: string; token: string }) {
  const key = await ring.find(signed.kid)
  return key !== null && (await compactVerify(signed.token, key).then(() => true))
}

test('instances that start at once agree on one active and one next key', async () => {
  await using database = await createTestDatabase()
  const rings = Array.from({ length: 8 }, () => ringOver(database))
  const signers = await Promise.all(rings.map((ring) => ring.signer()))
  expect(new Set(signers.map(({ kid }) => kid)).size).toBe(1)
  const rows = await database.db.drizzle.select().from(signingKeys)
  expect(rows.map(({ status }) => status).sort()).toEqual(['active', 'next'])
})

test('a rotation promotes the next key and retires the active one, whose signatures still verify', async () => {
  await using database = await createTestDatabase()
  const ring = ringOver(database)
  const before = await sign(ring)
  const [next] = (await ring.published()).filter(({ kid }) => kid !== before.kid)
  const rotated = await ring.rotate()
  expect(rotated.active).toBe(next?.kid)
  expect((await ring.signer()).kid).toBe(next?.kid)
  expect(await verifies(ring, before)).toBe(true)
  expect((await ring.published()).map(({ kid }) => kid).sort()).toEqual(
    [before.kid, rotated.active, rotated.next].sort(),
  )
})

test('rotations at once wait for each other', async () => {
  await using database = await createTestDatabase()
  const rings = Array.from({ length: 4 }, () => ringOver(database))
  const rotated = await Promise.all(rings.map((ring) => ring.rotate()))
  expect(new Set(rotated.map(({ active }) => active)).size).toBe(4)
  const rows = await database.db.drizzle.select().from(signingKeys)
  expect(rows.map(({ status }) => status).sort()).toEqual([
    'active',
    'next',
    'retired',
    'retired',
    'retired',
    'retired',
  ])
})

test('another instance learns of new keys by their name, and signs with them after a minute', async () => {
  await using database = await createTestDatabase()
  const clock = createTestClock()
  const here = ringOver(database)
  const there = ringOver(database, { clock })
  const { kid: old } = await there.signer()
  await here.rotate()
  await here.rotate()
  const signed = await sign(here)
  clock.advance(1_000)
  expect(await verifies(there, signed)).toBe(true)
  clock.advance(60_000)
  await expect.poll(async () => (await there.signer()).kid).toBe(signed.kid)
  expect(signed.kid).not.toBe(old)
})

test('a flood of unknown key names costs at most one query a second', async () => {
  await using database = await createTestDatabase()
  const clock = createTestClock()
  const ring = ringOver(database, { clock })
  await ring.signer()
  const queries = vi.spyOn(database.db, 'sql')
  for (let second = 1; second <= 3; second += 1) {
    clock.advance(1_000)
    const found = await Promise.all(
      Array.from({ length: 200 }, (_, index) => ring.find(`../../dev/null'${index}`)),
    )
    expect(new Set(found)).toEqual(new Set([null]))
    for (let index = 0; index < 20; index += 1) await ring.find(`again-${index}`)
    expect(queries.mock.calls.length).toBeLessThanOrEqual(second)
  }
  expect(queries).toHaveBeenCalled()
})

test('a wrong secret is refused in one clear sentence, and changes nothing', async () => {
  await using database = await createTestDatabase()
  const { kid } = await ringOver(database).signer()
  const wrong = ringOver(database, { secret: 'another secret of more than thirty-two' })
  await expect(wrong.signer()).rejects.toThrow(
    `The server's secret does not open signing key ${kid}. Start with the secret that this database was set up with, or with an empty database.`,
  )
  await expect(wrong.rotate()).rejects.toThrow("The server's secret does not open signing key")
  expect((await ringOver(database).signer()).kid).toBe(kid)
})

test('no private key is in the database in the clear, and a box moved to another row does not open', async () => {
  await using database = await createTestDatabase()
  const { kid } = await ringOver(database).signer()
  const rows = await database.db.drizzle.select().from(signingKeys)
  for (const row of rows) {
    expect(Buffer.from(row.privateBox).toString('latin1')).not.toContain('"d"')
    expect(Object.keys(row.publicJwk).sort()).toEqual(['crv', 'kty', 'x'])
  }
  const other = rows.find((row) => row.kid !== kid)
  await database.db.sql`update signing_keys set private_box = ${other?.privateBox ?? null} where kid = ${kid}`
  await expect(ringOver(database).signer()).rejects.toThrow("The server's secret does not open signing key")
})

test('signing never waits for the database once the keys are known', async () => {
  await using database = await createTestDatabase()
  const clock = createTestClock()
  const ring = ringOver(database, { clock })
  const { kid } = await ring.signer()
  clock.advance(3_600_000)
  await database.db.transaction(async (tx) => {
    // A reading would wait for the end of this transaction, which waits for the signer.
    await tx.execute('lock table signing_keys in access exclusive mode')
    expect((await ring.signer()).kid).toBe(kid)
  })
})

test('a key that was put into the database by hand is neither published nor believed', async () => {
  await using database = await createTestDatabase()
  const ring = ringOver(database)
  const genuine = (await ring.published()).map(({ kid }) => kid)
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const publicJwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(publicJwk)
  const { privateBox } = (await database.db.drizzle.select().from(signingKeys))[0] ?? {}
  if (!privateBox) throw new Error('there is no key')
  const retired = { status: 'retired' as const, retiredAt: new Date(), createdAt: new Date() }
  const { x = '' } = publicJwk
  // Its own name and somebody's box, or no box that the secret opens: both are all that such a hand can write.
  await database.db.drizzle.insert(signingKeys).values([
    { ...retired, kid, publicJwk: { kty: 'OKP', crv: 'Ed25519', x }, privateBox },
    { ...retired, kid: 'x', publicJwk: { kty: 'OKP', crv: 'Ed25519', x }, privateBox: Uint8Array.of(1) },
  ])
  const fresh = ringOver(database)
  expect((await fresh.published()).map((key) => key.kid).sort()).toEqual(genuine.sort())
  expect(await fresh.find(kid)).toBeNull()
  const token = await new CompactSign(Buffer.from('text'))
    .setProtectedHeader({ alg: 'EdDSA', kid })
    .sign(privateKey)
  expect(await verifies(fresh, { kid, token })).toBe(false)
})

test('the public half of a key is not to be changed under its name', async () => {
  await using database = await createTestDatabase()
  const { kid } = await ringOver(database).signer()
  const { x = '' } = await exportJWK((await generateKeyPair('EdDSA', { crv: 'Ed25519' })).publicKey)
  const publicJwk = { kty: 'OKP', crv: 'Ed25519', x }
  await database.db.drizzle.update(signingKeys).set({ publicJwk }).where(eq(signingKeys.kid, kid))
  expect(await ringOver(database).find(kid)).toBeNull()
})

test('a retired key signs no tokens once its last one is over, and is published all the same', async () => {
  await using database = await createTestDatabase()
  const clock = createTestClock()
  const ring = ringOver(database, { clock })
  const before = await sign(ring)
  await ring.rotate()
  clock.advance(16 * 60_000)
  expect(await verifies(ring, before)).toBe(true)
  clock.advance(2 * 60_000)
  expect(await verifies(ring, before)).toBe(false)
  expect((await ring.published()).map(({ kid }) => kid)).toContain(before.kid)
})
