import { io } from 'socket.io-client'
import { WebSocket } from 'ws'
import { offer } from '../child-process.ts'

/** What is connected to: a kind of server, and what its subscribers show and ask for. */
export type Target =
  | { kind: 'viva'; url: string; sessionId: string; token: string }
  | { kind: 'ws' | 'socket.io'; url: string }

/** How many connect at the same time. */
const AT_ONCE = 50
/** Long after the slowest delivery; what has not come by then is lost. */
const LOST_AFTER_MS = 20_000

/** How many messages each subscriber has got. */
const received: number[] = []
let waiting: { total: number; done: () => void } | undefined
let total = 0
let sample = ''

/** Counts one message of the kind that is measured. */
function count(subscriber: number, text: string): void {
  received[subscriber] = (received[subscriber] ?? 0) + 1
  total += 1
  sample ||= text
  if (waiting && total >= waiting.total) waiting.done()
}

/** Connects so many subscribers; resolves once each of them will hear of what happens from now on. */
async function connect(target: Target, subscribers: number): Promise<void> {
  for (let from = 0; from < subscribers; from += AT_ONCE) {
    const batch = Math.min(AT_ONCE, subscribers - from)
    await Promise.all(Array.from({ length: batch }, (_, index) => connectOne(target, from + index)))
  }
}

function connectOne(target: Target, subscriber: number): Promise<void> {
  received[subscriber] = 0
  return new Promise((resolve, reject) => {
    if (target.kind === 'socket.io') {
      const socket = io(target.url, { transports: ['websocket'], forceNew: true, reconnection: false })
      socket.on('connect', () => resolve())
      socket.on('connect_error', reject)
      socket.on('event', (data: unknown) => count(subscriber, sample || JSON.stringify(data)))
      return
    }
    const asked = target.kind === 'viva' ? target : null
    const path = asked ? '/trpc?connectionParams=1' : '/'
    const socket = new WebSocket(`${target.url.replace(/^http/, 'ws')}${path}`)
    socket.on('error', reject)
    socket.on('close', (code) => reject(new Error(`closed with ${code}`)))
    if (!asked) {
      socket.on('open', () => resolve())
      socket.on('message', (data) => count(subscriber, String(data)))
      return
    }
    // tRPC's protocol by hand: what a client library costs is not measured here.
    socket.on('open', () => {
      socket.send(JSON.stringify({ method: 'connectionParams', data: { tokens: asked.token } }))
      const params = { path: 'sessions.events', input: { sessionId: asked.sessionId } }
      socket.send(JSON.stringify({ id: 1, jsonrpc: '2.0', method: 'subscription', params }))
    })
    socket.on('message', (data) => {
      const text = String(data)
      if (text === 'PING') return socket.send('PONG')
      // The first batch of a log without events is a heartbeat: from there on the stream is live.
      if (text.includes('"events":[]')) return resolve()
      if (text.includes('"events":[{')) return count(subscriber, text)
      if (text.includes('"error"')) reject(new Error(text))
      return undefined
    })
  })
}

/** Resolves once all subscribers together have got so many messages since they connected, or when that takes too long. */
async function arrived(messages: number): Promise<{ total: number; least: number; most: number }> {
  if (total < messages) {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, LOST_AFTER_MS)
    waiting = { total: messages, done: resolve }
    await promise
    clearTimeout(timer)
    waiting = undefined
  }
  return { total, least: Math.min(...received), most: Math.max(...received) }
}

const calls = { connect, arrived, sample: async () => sample }
export type Subscribers = typeof calls
offer(calls)
