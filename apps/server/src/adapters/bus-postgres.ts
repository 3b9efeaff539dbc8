import { randomUUID } from 'node:crypto'
import type { Bus } from '@viva/api'
import type { Db, Listening } from '@viva/db'
import { packPokes, unpackPokes } from './poke-codec.ts'

const CHANNEL = 'viva_pokes'
/** Postgres takes payloads below 8,000 bytes. */
const MAX_PAYLOAD = 7900
const PROBE = 'probe '

/**
 * Pokes over LISTEN and NOTIFY. One connection listens; messages go out through the pool, outside any transaction of
 * ours: a NOTIFY inside one makes its commit wait for those of all others.
 *
 * @param options.checkTimeoutMs how long a message to itself may take before `check` calls the connection down
 */
export function createPostgresBus(options: { db: Db; checkTimeoutMs?: number }): Bus {
  const { db, checkTimeoutMs = 2000 } = options
  const probes = new Map<string, () => void>()
  let listening: Listening | undefined

  async function send(messages: readonly string[]): Promise<void> {
    await db.sql`select pg_notify(${CHANNEL}, message) from unnest(${[...messages]}::text[]) as message`
  }

  return {
    publish: (pokes) => send(packPokes(pokes, MAX_PAYLOAD)),
    async subscribe({ onPoke, onGap }) {
      listening = await db.listen(
        CHANNEL,
        (message) => {
          if (message.startsWith(PROBE)) probes.get(message)?.()
          else for (const { stream, head } of unpackPokes(message)) onPoke(stream, head)
        },
        // Also at the start, where nobody watches yet.
        onGap,
      )
    },
    async check() {
      // The driver does not say whether its connection stands, and one that hangs would look as if it did.
      const probe = `${PROBE}${randomUUID()}`
      let timer: NodeJS.Timeout | undefined
      try {
        const heard = new Promise<void>((resolve, reject) => {
          probes.set(probe, resolve)
          timer = setTimeout(
            () => reject(new Error('a notification to this instance did not arrive')),
            checkTimeoutMs,
          )
        })
        await Promise.all([heard, send([probe])])
      } finally {
        clearTimeout(timer)
        probes.delete(probe)
      }
    },
    async close() {
      await listening?.stop()
    },
  }
}
