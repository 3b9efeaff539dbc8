import type { Benchmark } from '../benchmark.ts'
import { type Child, startChild } from '../child-process.ts'
import type { SocketServer } from '../children/socket-server.ts'
import { startViva } from '../children/start-viva.ts'
import type { Subscribers, Target } from '../children/subscribers.ts'
import type { Usage } from '../children/usage.ts'
import { interleave, median, medianRatio } from '../rounds.ts'

const SUBSCRIBERS = 1_000
/** Events of one round, each sent when the one before has reached everybody. */
const EVENTS = 10
const ROUNDS = 7
/** Events before anything is measured: a server runs for weeks, its first deliveries before V8 has compiled it. */
const WARM_UP_EVENTS = 30

/** A server with its subscribers, each in a process of its own. */
interface Audience extends AsyncDisposable {
  /** Sends one event to all, resolves when all have it. */
  send(): Promise<void>
  usage(): Promise<Usage>
  subscribers: Child<Subscribers>
  /** Memory for each subscriber in bytes. */
  memory: { rss: number; heap: number }
  sent: number
}

/** One event to 1,000 WebSocket subscribers of one session, through the server that `npm start` runs. */
export const fanOut: Benchmark = {
  name: 'fan-out',
  question: 'What does it cost to tell 1,000 subscribers of one event, and what to keep them?',
  async run(server) {
    await using database = await server.open()
    await using viva = await openViva(database.url)
    await viva.send()
    const text = await viva.subscribers.call('sample')
    await using ws = await openBaseline('ws', text)
    await using socketIo = await openBaseline('socket.io', text)
    for (const audience of [viva, ws, socketIo]) {
      for (let event = 0; event < WARM_UP_EVENTS; event++) await audience.send()
    }
    const perDelivery = (audience: Audience) => async () => {
      const before = await audience.usage()
      for (let event = 0; event < EVENTS; event++) await audience.send()
      return ((await audience.usage()).cpuUs - before.cpuUs) / (EVENTS * SUBSCRIBERS)
    }
    const [ours, raw, library] = await interleave(
      [perDelivery(viva), perDelivery(ws), perDelivery(socketIo)],
      {
        rounds: ROUNDS,
        ms: 0,
      },
    )
    const { total, least, most } = await viva.subscribers.call('arrived', viva.sent * SUBSCRIBERS)
    const libraryRatio = medianRatio(library, raw)
    return {
      measures: [
        {
          name: `fan-out to ${SUBSCRIBERS.toLocaleString('en')} WebSocket subscribers ÷ raw \`ws\` (CPU per delivery)`,
          value: medianRatio(ours, raw),
          target: { atMost: 4 },
        },
        {
          name: 'the same ÷ Socket.IO (CPU per delivery)',
          value: medianRatio(ours, library),
          target: { below: 1, what: '1' },
        },
        {
          name: 'deliveries that arrived, exactly once each ÷ deliveries due',
          value: least === most ? total / (viva.sent * SUBSCRIBERS) : least / viva.sent,
          target: { between: [1, 1] },
        },
        { name: 'heap per subscriber', value: viva.memory.heap / 1024, unit: ' KB', digits: 0 },
        { name: 'the same ÷ Socket.IO', value: viva.memory.heap / socketIo.memory.heap },
      ],
      raw: {
        'deliveries measured': ROUNDS * EVENTS * SUBSCRIBERS,
        'bytes per message': Buffer.byteLength(text),
        'µs of CPU per delivery': round(median(ours)),
        'µs of CPU per delivery, raw ws': round(median(raw)),
        'µs of CPU per delivery, Socket.IO': round(median(library)),
        'Socket.IO ÷ raw ws': round(libraryRatio),
        'KB per subscriber (heap, RSS)': kilobytes(viva),
        'KB per subscriber, raw ws': kilobytes(ws),
        'KB per subscriber, Socket.IO': kilobytes(socketIo),
      },
    }
  },
}

const round = (value: number): number => Math.round(value * 10) / 10
const kilobytes = ({ memory }: Audience): string =>
  `${round(memory.heap / 1024)}, ${round(memory.rss / 1024)}`

async function openViva(databaseUrl: string): Promise<Audience> {
  const server = await startViva(databaseUrl)
  const { sessionId, token } = await server.call('makeCandidate')
  const target: Target = { kind: 'viva', url: await server.call('url'), sessionId, token }
  return gather(server, target, () => server.call('append', sessionId))
}

async function openBaseline(kind: 'ws' | 'socket.io', text: string): Promise<Audience> {
  const server = await startChild<SocketServer>(new URL('../children/socket-server.ts', import.meta.url), {
    BENCH_SOCKETS: kind,
  })
  const target: Target = { kind, url: await server.call('url') }
  return gather(server, target, () => server.call('broadcast', text))
}

/** Connects the subscribers and weighs what they add to the server. */
async function gather(
  server: Pick<Child<{ usage: SocketServer['usage'] }>, 'call'> & AsyncDisposable,
  target: Target,
  broadcast: () => Promise<void>,
): Promise<Audience> {
  const subscribers = await startChild<Subscribers>(new URL('../children/subscribers.ts', import.meta.url))
  const empty = await server.call('usage', { collect: true })
  await subscribers.call('connect', target, SUBSCRIBERS)
  const full = await server.call('usage', { collect: true })
  const audience: Audience = {
    sent: 0,
    subscribers,
    memory: {
      rss: (full.rss - empty.rss) / SUBSCRIBERS,
      heap: (full.heap - empty.heap) / SUBSCRIBERS,
    },
    usage: () => server.call('usage'),
    async send() {
      audience.sent += 1
      await broadcast()
      await subscribers.call('arrived', audience.sent * SUBSCRIBERS)
    },
    async [Symbol.asyncDispose]() {
      await subscribers[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
  return audience
}
