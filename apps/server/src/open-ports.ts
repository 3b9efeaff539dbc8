import { join } from 'node:path'
import {
  type AiProvider,
  type Bus,
  type Config,
  createHub,
  createKeyRing,
  createMemoryRateLimiter,
  createPasswordHasher,
  createScriptedProvider,
  createWholeLogs,
  type Logger,
  type Ports,
  type RateLimiter,
  type RunningHub,
  sweepDatabase,
  systemClock,
  systemRandom,
} from '@viva/api'
import type { Db } from '@viva/db'
import { Redis } from 'ioredis'
import { createPostgresBus } from './adapters/bus-postgres.ts'
import { createRedisBus } from './adapters/bus-redis.ts'
import { createPostgresRateLimiter } from './adapters/limiter-postgres.ts'
import { createRedisRateLimiter } from './adapters/limiter-redis.ts'
import { createDiskStorage } from './adapters/storage-disk.ts'
import type { AiProviderSettings, Env } from './env.ts'
import type { Metrics } from './metrics.ts'
import { deriveSecret } from './secret.ts'

/** Every port of a running server, and what closes those that have connections of their own. */
export interface OpenPorts {
  ports: Ports & { hub: RunningHub }
  bus: Bus | undefined
  close(): Promise<void>
}

/** Redis cannot be reached at the start. Later outages are survived. */
export class RedisUnreachableError extends Error {
  override readonly name = 'RedisUnreachableError'
  constructor(url: string, cause: unknown) {
    const { hostname, port } = new URL(url)
    super(`Redis at ${hostname}:${port || '6379'} cannot be reached.`, { cause })
  }
}

/** Makes the adapters that the environment asks for. `overrides` replace ports, in tests. */
export async function openPorts(options: {
  env: Env
  db: Db
  secret: string
  log: Logger
  metrics: Metrics
  config: Config
  demoAccounts?: Ports['demoAccounts']
  overrides?: Partial<Ports> | undefined
  /** From one sweep of the hub to the next, in ms. */
  hubSweepMs?: number | undefined
}): Promise<OpenPorts> {
  const { env, db, secret, log, metrics, config, demoAccounts, overrides = {}, hubSweepMs } = options
  const clock = overrides.clock ?? systemClock
  const random = systemRandom
  const redis = env.redisUrl === null ? null : await connectRedis(env.redisUrl)
  const bus = redis ? createRedisBus({ redis }) : env.database ? createPostgresBus({ db }) : undefined
  const s3 = env.s3 ? (await import('./adapters/storage-s3.ts')).createS3Storage(env.s3) : null
  const hub = metrics.counting(createHub({ bus, log, sweep: sweepDatabase(db), sweepMs: hubSweepMs }))
  await hub.start()
  const ports: OpenPorts['ports'] = {
    db,
    clock,
    random,
    log,
    hasher: metrics.queueing(createPasswordHasher({ random, poolSize: env.threadPoolSize })),
    limiter: limiterFor(env, { db, redis, log }),
    wholeLogs: createWholeLogs(),
    keys: createKeyRing({ db, secret, clock, random }),
    storage: s3 ?? (await createDiskStorage(join(env.dataDir, 'media'), random)),
    ai: await Promise.all(env.aiProviders.map(providerOf)),
    demoAccounts,
    ...overrides,
    hub,
    config,
  }
  return {
    ports,
    bus,
    async close() {
      await hub.close()
      await bus?.close()
      s3?.close()
      redis?.disconnect()
    },
  }
}

/** What the domains may know of the environment. */
export function configOf(env: Env, secret: string): Config {
  return {
    publicUrl: env.publicUrl ?? `http://localhost:${env.port}`,
    instanceId: systemRandom.id(),
    maxUploadBytes: env.maxUploadBytes,
    urlSigningSecret: deriveSecret(secret, 'viva signed links v1'),
    leaseMs: env.leaseSeconds * 1000,
    aiTimeoutMs: env.aiTimeoutSeconds * 1000,
  }
}

async function connectRedis(url: string): Promise<Redis> {
  const redis = new Redis(url, {
    lazyConnect: true,
    // A poke or a count is worth little a second later: calls must not queue up behind an outage.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: 5000,
    commandTimeout: 2000,
  })
  // Its owner: without a listener an outage would end the process. Those who use it say what fails.
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    return redis
  } catch (error) {
    redis.disconnect()
    throw new RedisUnreachableError(url, error)
  }
}

/** Names of limits that only keep one caller from taking an instance for itself. */
const PER_INSTANCE = new Set([
  'caller',
  'address',
  'refused',
  'proctoring.record',
  'media.createUpload',
  'media.put',
  'media.put.address',
  'media.get.address',
])

/**
 * Budgets that protect secrets (log-in, codes, links) are shared by all instances. The generous ones that every call
 * spends from are counted here alone: they need no precision, and a write to a database for each call would cost more
 * than most calls do.
 */
function limiterFor(env: Env, stores: { db: Db; redis: Redis | null; log: Logger }): RateLimiter {
  const { db, redis, log } = stores
  const memory = createMemoryRateLimiter()
  if (!env.database) return memory
  const shared = redis
    ? createRedisRateLimiter({ redis, log })
    : createPostgresRateLimiter({ sql: db.sql, log })
  return {
    consume: (limit, key) => (PER_INSTANCE.has(limit.name) ? memory : shared).consume(limit, key),
    reset: (limit, key) => (PER_INSTANCE.has(limit.name) ? memory : shared).reset(limit, key),
  }
}

/** The libraries are large, and most installations use none or one of them. */
async function providerOf(settings: AiProviderSettings): Promise<AiProvider> {
  switch (settings.kind) {
    case 'openai':
      return (await import('./adapters/ai-openai.ts')).createOpenAiProvider(settings)
    case 'gemini':
      return (await import('./adapters/ai-gemini.ts')).createGeminiProvider(settings)
    case 'scripted':
      // Slow enough to be read as it comes, like the others.
      return createScriptedProvider({ wordDelayMs: 20 })
  }
}
