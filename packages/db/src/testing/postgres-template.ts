import { randomBytes } from 'node:crypto'
import { clientFor, type Sql } from '../client.ts'
import { migrate } from '../migrate.ts'
import { migrationsHash } from './migrations-hash.ts'

// An arbitrary constant: "vtst" in ASCII.
const TEMPLATE_LOCK = 0x76747374
const STALE_TEST_MS = 60 * 60 * 1000
const STALE_TEMPLATE_MS = 7 * 24 * 60 * 60 * 1000

const ready = new Map<string, Promise<string>>()

/** A database of a test's own on a Postgres server. */
export interface ClonedDatabase {
  url: string
  drop(): Promise<void>
}

/**
 * Clones the migrated template database on the server at `serverUrl`, whose role may create databases. The first
 * caller on a machine makes the template; it is found again by the hash of the migrations.
 */
export async function cloneTemplate(serverUrl: string): Promise<ClonedDatabase> {
  let template = ready.get(serverUrl)
  if (template === undefined) {
    template = prepare(serverUrl)
    ready.set(serverUrl, template)
  }
  const source = await template
  const name = `viva_test_${Date.now()}_${randomBytes(6).toString('hex')}`
  await asAdmin(serverUrl, async (sql) => {
    await sql`create database ${sql(name)} template ${sql(source)}`
  })
  return {
    url: urlOf(serverUrl, name),
    async drop() {
      await asAdmin(serverUrl, async (sql) => {
        await sql`drop database if exists ${sql(name)} with (force)`
      })
    },
  }
}

/** Makes the template unless it is there, and clears away what killed test runs have left. */
async function prepare(serverUrl: string): Promise<string> {
  const template = `viva_template_${migrationsHash()}`
  await asAdmin(serverUrl, async (sql) => {
    await sql`select pg_advisory_lock(${TEMPLATE_LOCK})`
    const databases = await sql<{ name: string; finished: boolean; made: string | null }[]>`
      select datname as name, datistemplate as finished, shobj_description(oid, 'pg_database') as made
      from pg_database where datname like 'viva\\_%'`
    for (const { name, finished, made } of databases) {
      if (isStale({ name, finished, made, template })) await drop(sql, name)
    }
    if (databases.some(({ name, finished }) => name === template && finished)) return
    await drop(sql, template) // half made, by a process that was killed
    await sql`create database ${sql(template)}`
    await migrate({ url: urlOf(serverUrl, template) })
    await sql.unsafe(`comment on database ${template} is '${Date.now()}'`)
    // The mark that it is finished; without connections it can be cloned at any time.
    await sql`alter database ${sql(template)} with is_template true allow_connections false`
  })
  return template
}

function isStale({
  name,
  finished,
  made,
  template,
}: {
  name: string
  finished: boolean
  made: string | null
  template: string
}): boolean {
  const test = /^viva_test_(\d+)_/.exec(name)
  if (test !== null) return Date.now() - Number(test[1]) > STALE_TEST_MS
  if (!name.startsWith('viva_template_') || name === template) return false
  return !finished || Date.now() - Number(made) > STALE_TEMPLATE_MS
}

async function drop(sql: Sql, name: string): Promise<void> {
  const [found] = await sql`select 1 from pg_database where datname = ${name} and datistemplate`
  if (found !== undefined) await sql`alter database ${sql(name)} with is_template false`
  await sql`drop database if exists ${sql(name)} with (force)`
}

async function asAdmin(serverUrl: string, work: (sql: Sql) => Promise<void>): Promise<void> {
  const sql = clientFor({ url: serverUrl, max: 1, pooled: false, applicationName: 'viva-test', timeouts: {} })
  try {
    await work(sql)
  } finally {
    await sql.end({ timeout: 5 }) // releases the advisory lock as well
  }
}

function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}
