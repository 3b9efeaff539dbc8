import type { Bus } from '@viva/api'
import type { Redis } from 'ioredis'
import { packPokes, unpackPokes } from './poke-codec.ts'

/** Far below what Redis takes; keeps one message from holding up the others. */
const MAX_MESSAGE = 64_000

/**
 * Pokes over Redis. A connection that has subscribed can do nothing else, so it gets one of its own.
 *
 * @param options.redis publishes; its caller opens and closes it
 * @param options.channel what instances of one installation share
 */
export function createRedisBus(options: { redis: Redis; channel?: string }): Bus {
  const { redis, channel = 'viva:pokes' } = options
  const subscriber = redis.duplicate({ autoResubscribe: true, maxRetriesPerRequest: null, lazyConnect: true })
  // The connection reports to `redis`'s owner through `check`; without a listener the process would end.
  subscriber.on('error', () => undefined)

  return {
    async publish(pokes) {
      for (const message of packPokes(pokes, MAX_MESSAGE)) await redis.publish(channel, message)
    },
    async subscribe({ onPoke, onGap }) {
      subscriber.on('message', (_channel, message) => {
        for (const { stream, head } of unpackPokes(message)) onPoke(stream, head)
      })
      await subscriber.connect()
      await subscriber.subscribe(channel)
      // It subscribes anew by itself; what was published meanwhile is lost.
      subscriber.on('ready', onGap)
    },
    async check() {
      if (subscriber.status !== 'ready') throw new Error(`the subscribing connection is ${subscriber.status}`)
      await subscriber.ping()
    },
    async close() {
      subscriber.disconnect()
    },
  }
}
