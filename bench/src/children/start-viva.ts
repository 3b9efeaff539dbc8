import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Child, startChild } from '../child-process.ts'
import type { VivaServer } from './viva-server.ts'

/** Seals the keys in the scratch database; the baseline over the same database opens them with it. */
export const SECRET = 'a secret for scratch databases alone'

/** Starts the real server in a process of its own over the database at `databaseUrl`. */
export async function startViva(databaseUrl: string): Promise<Child<VivaServer>> {
  const folder = await mkdtemp(join(tmpdir(), 'viva-bench-'))
  const child = await startChild<VivaServer>(new URL('./viva-server.ts', import.meta.url), {
    DATABASE_URL: databaseUrl,
    VIVA_SECRET: SECRET,
    VIVA_DATA_DIR: folder,
    PORT: '0',
    VIVA_MAX_SOCKETS_PER_ADDRESS: '10000',
    VIVA_AI_PROVIDERS: 'scripted',
    REDIS_URL: '',
  })
  return {
    call: child.call,
    async [Symbol.asyncDispose]() {
      await child[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
