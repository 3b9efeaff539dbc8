import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import { boundedQueue } from './bounded-queue.ts'
import type { PasswordHasher, Random } from './ports.ts'

/** How costly one hash is. */
export interface PasswordCost {
  /** Memory in KiB. */
  memoryCost: number
  /** Passes over the memory. */
  timeCost: number
  /** Lanes. */
  parallelism: number
}

/** OWASP's first choice for Argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one lane. */
const OWASP_COST: PasswordCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** Threads that libuv starts where UV_THREADPOOL_SIZE is not set. */
const DEFAULT_POOL_SIZE = 4
/** Threads that hashing leaves to files and name look-ups: without them, a log-in flood stops every file read. */
const RESERVED_THREADS = 2
const HASH_BYTES = 32
const SALT_BYTES = 16

/**
 * How many hashes may run at once beside everything else: one at least. A core stays free for calls: with a hash on each
 * of two cores, the slowest calls took twice as long at nearly the same number of log-ins.
 */
export function hashConcurrency(cores: number, poolSize: number): number {
  return Math.max(1, Math.min(cores - 1, poolSize - RESERVED_THREADS))
}

/**
 * Argon2id (RFC 9106) behind a bounded queue. Passwords are normalised (NFKC, as NIST SP 800-63B asks), so that the same
 * password typed on two keyboards is one, and all of it is hashed, however long.
 *
 * @param options.cost lower it in tests only
 * @param options.poolSize the value of UV_THREADPOOL_SIZE, 4 where it is not set
 * @param options.maxQueued hashes that may wait; one more throws OVERLOADED with the seconds after which to try again
 */
export function createPasswordHasher(options: {
  random: Random
  cost?: PasswordCost
  poolSize?: number
  concurrency?: number
  maxQueued?: number
}): PasswordHasher {
  const cost = options.cost ?? OWASP_COST
  const concurrency =
    options.concurrency ?? hashConcurrency(availableParallelism(), options.poolSize ?? DEFAULT_POOL_SIZE)
  const inTurn = boundedQueue({ concurrency, maxQueued: options.maxQueued ?? 256 })
  // Nobody's hash: random bytes where the salt and the digest would be. Verifying it costs what a real one costs.
  const decoy = phcString(cost, options.random.bytes(SALT_BYTES), options.random.bytes(HASH_BYTES))
  return {
    hash(password) {
      return inTurn(() => hash(password.normalize('NFKC'), { ...cost, outputLen: HASH_BYTES }))
    },
    async verify(stored, password) {
      const matches = await inTurn(() => verify(stored ?? decoy, password.normalize('NFKC')))
      return stored !== null && matches
    },
  }
}

/** The PHC string of an Argon2id hash, version 1.3. */
function phcString(cost: PasswordCost, salt: Uint8Array, digest: Uint8Array): string {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replaceAll('=', '')
  const { memoryCost, timeCost, parallelism } = cost
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${base64(salt)}$${base64(digest)}`
}
