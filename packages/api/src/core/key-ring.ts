import type { Db, DrizzleTransaction } from '@viva/db'
import { signingKeys } from '@viva/db/schema'
import { eq, sql } from 'drizzle-orm'
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import type { KeyRing, PublicJwk } from './keys.ts'
import type { Clock, Random } from './ports.ts'
import { deriveKey, openBox, sealBox } from './sealed-box.ts'

/** Unknown key names cost at most one query in this time, however many a flood of forged tokens brings. */
const UNKNOWN_KID_READ_MS = 1_000
/**
 * For how long tokens of a retired key are taken: the longest life of one (15 min), and the time until every instance has
 * heard of the rotation. Later ones can only come from somebody who kept the key.
 */
const RETIRED_FOR_MS = 17 * 60_000
/** After how long an instance looks whether another one has rotated the keys. */
const REREAD_MS = 60_000

/** A row of `signing_keys`, as far as the ring needs it. */
interface StoredKey {
  kid: string
  status: (typeof signingKeys.$inferSelect)['status']
  publicJwk: Record<string, string>
  privateBox: Uint8Array
  retiredAt: Date | null
}

/** What the ring knows of the database, read at one moment. */
interface Loaded {
  at: number
  keys: ReadonlyMap<string, { jwk: PublicJwk; key: CryptoKey; retiredAt: Date | null }>
  active: { kid: string; privateKey: CryptoKey }
}

/** The configured secret is not the one that the database's keys were sealed with. */
export class SecretMismatchError extends Error {
  override readonly name = 'SecretMismatchError'
  constructor(kid: string) {
    super(
      `The server's secret does not open signing key ${kid}. Start with the secret that this database was set up with, or with an empty database.`,
    )
  }
}

/**
 * The server's signing keys, kept in the database. The first use makes an active and a next key, also when several
 * instances start at once. Every key is published from the moment it exists, so that tokens of a freshly promoted
 * key are known to all instances, and tokens of a retired one still verify.
 *
 * @param options.secret of full entropy, at least 32 characters; seals the private halves
 * @throws SecretMismatchError from `signer` and `rotate` where the secret is not the one that sealed the keys
 */
export function createKeyRing(options: { db: Db; secret: string; clock: Clock; random: Random }): KeyRing {
  const { db, clock, random } = options
  const sealingKey = deriveKey(options.secret, 'viva signing keys v1')
  let loaded: Loaded | undefined
  let loading: Promise<Loaded> | undefined

  async function newKey(status: 'active' | 'next'): Promise<typeof signingKeys.$inferInsert> {
    const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
    const [publicJwk, privateJwk] = await Promise.all([exportJWK(pair.publicKey), exportJWK(pair.privateKey)])
    const kid = await calculateJwkThumbprint(publicJwk)
    const { x } = publicJwk
    if (x === undefined) throw new Error('An Ed25519 key was made without its public half')
    const now = clock.now()
    return {
      kid,
      status,
      publicJwk: { kty: 'OKP', crv: 'Ed25519', x },
      // The name is part of the seal: a box that was moved to another key's row does not open.
      privateBox: sealBox(
        { key: sealingKey, context: kid, plaintext: Buffer.from(JSON.stringify(privateJwk)) },
        random,
      ),
      createdAt: now,
      activatedAt: status === 'active' ? now : null,
    }
  }

  /** What a row's box holds, or null where this server's secret did not seal it. */
  function openPrivateJwk({ kid, privateBox }: StoredKey): JWK | null {
    const plaintext = openBox({ key: sealingKey, context: kid, sealed: privateBox })
    return plaintext && JSON.parse(Buffer.from(plaintext).toString())
  }

  async function openPrivateKey(row: StoredKey): Promise<CryptoKey> {
    const jwk = openPrivateJwk(row)
    if (!jwk) throw new SecretMismatchError(row.kid)
    return importKey(row.kid, jwk)
  }

  /**
   * Whether the server made the key: its private half is in the row, sealed under the key's name with the server's secret.
   * A row that somebody wrote by hand must not get their key among those that tokens and seals are trusted by.
   */
  function isOurs(row: StoredKey): boolean {
    return openPrivateJwk(row)?.x === row.publicJwk['x']
  }

  function storedKeys(): Promise<StoredKey[]> {
    return db.sql<StoredKey[]>`
      select kid, status, public_jwk as "publicJwk", private_box as "privateBox", retired_at as "retiredAt"
      from signing_keys`
  }

  /** Each insert gives way to the key that another instance was quicker to make; then all read the same rows. */
  async function makeFirstKeys(): Promise<void> {
    for (const status of ['active', 'next'] as const) {
      await db.drizzle
        .insert(signingKeys)
        .values(await newKey(status))
        .onConflictDoNothing()
    }
  }

  async function read(): Promise<Loaded> {
    let rows = await storedKeys()
    if (!rows.some((row) => row.status === 'active')) {
      await makeFirstKeys()
      rows = await storedKeys()
    }
    const active = rows.find((row) => row.status === 'active')
    if (!active) throw new Error('There is no active signing key, although one was just made')
    const privateKey = await openPrivateKey(active)
    const keys = await Promise.all(
      rows.filter(isOurs).map(async (row) => {
        const jwk = toPublicJwk(row)
        return [
          row.kid,
          { jwk, key: await importKey(row.kid, { ...jwk }), retiredAt: row.retiredAt },
        ] as const
      }),
    )
    return { at: clock.now().getTime(), keys: new Map(keys), active: { kid: active.kid, privateKey } }
  }

  /** Reads the keys, one reading at a time. */
  function reread(): Promise<Loaded> {
    loading ??= read()
      .then((fresh) => {
        loaded = fresh
        return fresh
      })
      .finally(() => {
        loading = undefined
      })
    return loading
  }

  const isOlderThan = (ms: number, known: Loaded) => clock.now().getTime() - known.at >= ms

  /**
   * What is known, without waiting for the database after the first time: tokens are signed inside transactions, and a
   * query beside one's own transaction can wait for it for ever. What is old is read again in the background.
   */
  async function ring(): Promise<Loaded> {
    if (!loaded) return reread()
    // Failing to look costs nothing now; the next call looks again.
    if (isOlderThan(REREAD_MS, loaded)) void reread().catch(() => undefined)
    return loaded
  }

  /** The key of that name, unless it was retired so long ago that no token of it can be good. */
  function signingKey({ keys }: Loaded, kid: string): CryptoKey | null {
    const known = keys.get(kid)
    if (!known) return null
    const { key, retiredAt } = known
    return retiredAt && clock.now().getTime() - retiredAt.getTime() > RETIRED_FOR_MS ? null : key
  }

  return {
    async signer() {
      return (await ring()).active
    },
    async find(kid) {
      const known = await ring()
      if (known.keys.has(kid) || !isOlderThan(UNKNOWN_KID_READ_MS, known)) return signingKey(known, kid)
      return signingKey(await reread(), kid)
    },
    async published() {
      return [...(await ring()).keys.values()].map(({ jwk }) => jwk)
    },
    async rotate() {
      // Under a wrong secret nothing may change, or the promoted key could sign nothing: this opens the active key.
      await ring()
      const fresh = await newKey('next')
      const rotated = await db.transaction((tx) => rotateKeys(tx, fresh))
      // A reading that began before the commit brings the old keys: let it end, then read again.
      await loading?.catch(() => undefined)
      await reread()
      return rotated
    },
  }

  async function rotateKeys(
    tx: DrizzleTransaction,
    fresh: typeof signingKeys.$inferInsert,
  ): Promise<{ active: string; next: string }> {
    // Rotations wait for each other: without the lock, the later of two would find no active key to retire.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('viva:signing-keys'))`)
    const now = clock.now()
    const [next] = await tx.select().from(signingKeys).where(eq(signingKeys.status, 'next'))
    if (!next) throw new Error('There is no next signing key to promote')
    await tx
      .update(signingKeys)
      .set({ status: 'retired', retiredAt: now })
      .where(eq(signingKeys.status, 'active'))
    await tx
      .update(signingKeys)
      .set({ status: 'active', activatedAt: now })
      .where(eq(signingKeys.kid, next.kid))
    await tx.insert(signingKeys).values(fresh)
    return { active: next.kid, next: fresh.kid }
  }
}

async function importKey(kid: string, jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, 'EdDSA')
  if (key instanceof Uint8Array) throw new Error(`Signing key ${kid} is not an Ed25519 key`)
  return key
}

function toPublicJwk(row: StoredKey): PublicJwk {
  const x = row.publicJwk['x']
  if (x === undefined) throw new Error(`Signing key ${row.kid} has no public half`)
  return { kty: 'OKP', crv: 'Ed25519', x, kid: row.kid, alg: 'EdDSA', use: 'sig' }
}
