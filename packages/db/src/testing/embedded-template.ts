import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startEmbedded } from '../embedded.ts'
import { migrate } from '../migrate.ts'
import { migrationsHash } from './migrations-hash.ts'

let template: Promise<string> | undefined

/**
 * A migrated data directory as a tar file, so that a test's database skips initdb and the migrations (a quarter of
 * the time). Made once per machine, schema and engine version; written whole or not at all.
 */
export function embeddedTemplate(): Promise<string> {
  template ??= makeTemplate()
  return template
}

async function makeTemplate(): Promise<string> {
  // A folder of the user's own: in a shared one, others could plant a file.
  const folder = join(tmpdir(), `viva-test-templates-${userInfo().uid}`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, `${migrationsHash()}-${engineVersion()}.tar`)
  if (existsSync(file)) return file
  const unfinished = `${file}.${randomUUID()}`
  try {
    await using embedded = await startEmbedded()
    await migrate({ url: embedded.url })
    await embedded.dump(unfinished)
    await rename(unfinished, file)
  } finally {
    await rm(unfinished, { force: true })
  }
  return file
}

function engineVersion(): string {
  const entry = fileURLToPath(import.meta.resolve('@electric-sql/pglite'))
  const { version }: { version: string } = JSON.parse(readFileSync(join(entry, '../../package.json'), 'utf8'))
  return version
}
