/**
 * The thread in which the embedded database runs: the engine computes synchronously, and a long statement here
 * must not stop the server's event loop. Started by `../embedded.ts` alone; ends with its process.
 */
import { existsSync, openAsBlob } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite, type PGliteOptions } from '@electric-sql/pglite'
import type { FromWorker, ToWorker, WorkerSettings } from './messages.ts'
import { Multiplexer } from './multiplexer.ts'

const settings: WorkerSettings = workerData

function tell(message: FromWorker): void {
  parentPort?.postMessage(message)
}

/** Durable as the engine can be: an answer is given only after the change is with the operating system. */
const DURABLE = { relaxedDurability: false } satisfies PGliteOptions

/**
 * Opens the engine. A new data folder is first made under another name and then renamed, so that a process
 * killed in the middle leaves nothing that looks like a database.
 */
async function open(): Promise<PGlite> {
  const { dataDirectory, template } = settings
  const load = template === undefined ? {} : { loadDataDir: await openAsBlob(template) }
  if (dataDirectory === undefined) return await PGlite.create({ ...DURABLE, ...load })
  const postgres = join(dataDirectory, 'postgres')
  if (!existsSync(join(postgres, 'PG_VERSION'))) {
    const unfinished = join(dataDirectory, 'postgres.unfinished')
    await rm(unfinished, { recursive: true, force: true })
    const fresh = await PGlite.create({ ...DURABLE, ...load, dataDir: unfinished })
    await fresh.close()
    await rename(unfinished, postgres)
  }
  return await PGlite.create({ ...DURABLE, dataDir: postgres })
}

const engine = await open()
const multiplexer = new Multiplexer({
  engine: { run: async (messages, onRawData) => await engine.execProtocolRawStream(messages, { onRawData }) },
  password: settings.password,
  idleInTransactionTimeoutMs: settings.idleInTransactionTimeoutMs,
  onEngineFailure: (error) => {
    tell({ type: 'failed', reason: inspect(error) })
    process.exit(1) // in a worker this ends the thread
  },
})

parentPort?.on('message', async (message: ToWorker) => {
  if (message.type === 'dump') {
    const dump = await engine.dumpDataDir('none')
    await writeFile(message.file, dump.stream())
    tell({ type: 'dumped' })
    return
  }
  await multiplexer.close()
  await engine.close()
  tell({ type: 'closed' })
  process.exit(0)
})

tell({ type: 'ready', port: await multiplexer.listen() })
