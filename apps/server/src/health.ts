import type { Bus, Logger } from '@viva/api'
import { type Db, pendingMigrations } from '@viva/db'
import type { FastifyInstance } from 'fastify'

/** What readiness depends on. */
export interface HealthOptions {
  db: Db
  bus: Bus | undefined
  log: Logger
  isDraining: () => boolean
}

type Check = 'ok' | 'failed'

/** How long one check may take, in ms: an orchestrator asks every few seconds. */
const CHECK_MS = 2500

/**
 * /livez says that the process answers: whoever restarts it asks here. /readyz says whether it should get requests, and
 * what is missing: database, the connection that listens for pokes, migrations, and whether it is stopping.
 */
export function serveHealth(fastify: FastifyInstance, options: HealthOptions): void {
  const { db, bus, isDraining } = options
  let migrated = false

  async function migrations(): Promise<void> {
    if (migrated) return
    const pending = await pendingMigrations(db)
    if (pending > 0) throw new Error(`${pending} migrations are pending`)
    // Migrations are never undone while a server runs.
    migrated = true
  }

  fastify.get('/livez', async (_req, reply) => reply.header('cache-control', 'no-store').send({ live: true }))

  fastify.get('/readyz', async (_req, reply) => {
    const [database, listening, migrationsDone] = await Promise.all([
      check('database', () => db.ping()),
      check('listening', () => bus?.check() ?? Promise.resolve()),
      check('migrations', migrations),
    ])
    const draining = isDraining()
    const ready = !draining && [database, listening, migrationsDone].every((result) => result === 'ok')
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ ready, checks: { database, listening, migrations: migrationsDone }, draining })
  })

  /** Why a check fails is for the log: readiness is asked by anyone. */
  async function check(name: string, work: () => Promise<void>): Promise<Check> {
    let timer: NodeJS.Timeout | undefined
    try {
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_MS} ms`)), CHECK_MS)
      })
      await Promise.race([work(), late])
      return 'ok'
    } catch (error) {
      options.log.warn({ err: error, check: name }, 'not ready')
      return 'failed'
    } finally {
      clearTimeout(timer)
    }
  }
}
