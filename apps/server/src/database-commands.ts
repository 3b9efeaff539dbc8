import { createKeyRing, systemClock, systemRandom } from '@viva/api'
import type { Db } from '@viva/db'
import { type Env, parseEnv, readEnvironment } from './env.ts'
import { createLog } from './log.ts'
import { createMetrics } from './metrics.ts'
import { openDatabase } from './open-database.ts'
import { configOf, openPorts } from './open-ports.ts'
import { secretIn } from './secret.ts'
import { seedDemo } from './seed.ts'

interface Opened {
  env: Env
  db: Db
  secret: string
}

/** Opening the database migrates it: no command may meet tables that it does not know. */
async function withDatabase(work: (opened: Opened) => Promise<string>): Promise<string> {
  const env = parseEnv(readEnvironment())
  const { db, close } = await openDatabase(env)
  try {
    return await work({ env, db, secret: env.secret ?? (await secretIn(env.dataDir)) })
  } finally {
    await close()
  }
}

/** `viva migrate` */
export function migrateCommand(): Promise<string> {
  return withDatabase(async () => 'The database is up to date.')
}

/** `viva seed` */
export function seedCommand(): Promise<string> {
  return withDatabase(async ({ env, db, secret }) => {
    const { ports, close } = await openPorts({
      env,
      db,
      secret,
      log: createLog({ level: 'warn', destination: process.stderr }),
      metrics: createMetrics(),
      config: configOf(env, secret),
    })
    try {
      // Before the first transaction that signs something: on the embedded database it could not wait for a query.
      await ports.keys.signer()
      const accounts = await seedDemo({ ports, secret })
      const lines = accounts.map(
        ({ role, email, password }) => `  ${role.padEnd(10)} ${email.padEnd(24)} ${password}`,
      )
      return ['Demo log-ins (Example Company):', ...lines].join('\n')
    } finally {
      await close()
    }
  })
}

/** `viva keys rotate` */
export function rotateCommand(): Promise<string> {
  return withDatabase(async ({ db, secret }) => {
    const keys = createKeyRing({ db, secret, clock: systemClock, random: systemRandom })
    const { active, next } = await keys.rotate()
    return `Active: ${active}\nNext:   ${next}\nServers that run sign with it within a minute.`
  })
}
