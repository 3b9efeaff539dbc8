import { randomBytes } from 'node:crypto'
import type { Db } from '@viva/db'
import { createHub, type RunningHub } from '../core/hub.ts'
import { sweepDatabase } from '../core/hub-sweep.ts'
import { createKeyRing } from '../core/key-ring.ts'
import { createPasswordHasher } from '../core/password-hasher.ts'
import type { Bus, Config, Logger, Ports, RateLimiter } from '../core/ports.ts'
import { systemRandom } from '../core/system.ts'
import { createWholeLogs } from '../core/whole-logs.ts'
import { createMemoryStorage } from './memory-storage.ts'
import type { TestClock } from './test-clock.ts'

const silent = (): void => undefined

/** Says nothing. */
export const silentLog: Logger = { debug: silent, info: silent, warn: silent, error: silent }

/** Never limits: most tests make more calls from one address than any person. */
const unlimited: RateLimiter = { consume: () => Promise.resolve(), reset: () => Promise.resolve() }

/** Cheap enough for hundreds of log-ins in a test, and still Argon2id. */
const CHEAP = { memoryCost: 64, timeCost: 1, parallelism: 1 }

/** Real ports over a real database, except: a clock that can be moved, cheap hashes, storage in memory, no limits. */
export function createTestPorts(options: {
  db: Db
  clock: TestClock
  publicUrl: string
  bus?: Bus | undefined
  overrides?: Partial<Ports> | undefined
}): Ports & { hub: RunningHub } {
  const { db, clock, overrides = {} } = options
  const config: Config = {
    publicUrl: options.publicUrl,
    instanceId: systemRandom.id(),
    maxUploadBytes: 10_000_000,
    urlSigningSecret: randomBytes(32),
    leaseMs: 2000,
    aiTimeoutMs: 5000,
  }
  const log = overrides.log ?? silentLog
  return {
    db,
    clock,
    random: systemRandom,
    log,
    hasher: createPasswordHasher({ random: systemRandom, cost: CHEAP }),
    limiter: unlimited,
    wholeLogs: createWholeLogs(),
    keys: createKeyRing({ db, secret: 'a secret that tests alone share, 32+', clock, random: systemRandom }),
    storage: createMemoryStorage(),
    ai: [noAi],
    ...overrides,
    config: { ...config, ...overrides.config },
    hub: createHub({ bus: options.bus, log, sweep: sweepDatabase(db) }),
  }
}

/** Stands in until the scripted provider exists. */
const noAi: Ports['ai'][number] = {
  name: 'none',
  model: 'none',
  canScore: false,
  price: null,
  // biome-ignore lint/correctness/useYield: it has nothing to say
  async *stream() {
    throw new Error('this test has no AI provider')
  },
}
