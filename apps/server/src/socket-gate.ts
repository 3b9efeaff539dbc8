import type { Encoder } from '@trpc/server/adapters/ws'
import { AppError, formatAppError } from '@viva/api'
import type { WebSocket } from 'ws'
import type { TransportLimits } from './limits.ts'

/** What stands between a socket's messages and tRPC, which itself limits neither their number nor their kind. */
export interface SocketGate {
  /** Counts a message; false where there were too many. */
  countMessage(): boolean
  /** Reads and writes messages for tRPC, and answers by itself those that it does not let through. */
  encoder: Encoder
}

interface Message {
  id: string | number
  method: string
}

/** Makes the gate of one socket: a bucket for messages, a number of subscriptions, and no calls but subscriptions. */
export function createSocketGate(options: {
  socket: Pick<WebSocket, 'send'>
  limits: Pick<TransportLimits, 'subscriptionsPerSocket' | 'maxBatch' | 'messageBurst' | 'messagesPerSecond'>
  requestId: string
}): SocketGate {
  const { socket, limits, requestId } = options
  const subscriptions = new Set<string | number>()
  let allowance = limits.messageBurst
  let countedAt = performance.now()

  function answer(id: string | number, error: AppError): void {
    socket.send(JSON.stringify({ id, error: formatAppError(error, requestId) }))
  }

  /** Whether tRPC gets to see a message. */
  function admits(message: unknown): boolean {
    if (!isCall(message)) return true
    const { id, method } = message
    if (method === 'query' || method === 'mutation') {
      answer(id, notHere())
      return false
    }
    if (method !== 'subscription') return true
    if (subscriptions.has(id) || subscriptions.size >= limits.subscriptionsPerSocket) {
      answer(id, subscriptions.has(id) ? idTaken() : tooMany(limits.subscriptionsPerSocket))
      return false
    }
    subscriptions.add(id)
    return true
  }

  return {
    countMessage() {
      const now = performance.now()
      const earned = ((now - countedAt) / 1000) * limits.messagesPerSecond
      allowance = Math.min(limits.messageBurst, allowance + earned) - 1
      countedAt = now
      return allowance >= 0
    },
    encoder: {
      encode(data) {
        const ended = endedBy(data)
        if (ended !== null) subscriptions.delete(ended)
        return JSON.stringify(data)
      },
      decode(data) {
        if (typeof data !== 'string') throw new Error('messages are text')
        const decoded: unknown = JSON.parse(data)
        if (Array.isArray(decoded)) {
          // Here and not by tRPC, whose answers name the ids, as if the subscriptions of these ids had ended.
          if (decoded.length > limits.maxBatch) throw new Error('the batch is too large')
          return decoded.filter(admits)
        }
        return admits(decoded) ? decoded : []
      },
    },
  }
}

function isCall(message: unknown): message is Message {
  return (
    typeof message === 'object' &&
    message !== null &&
    'id' in message &&
    (typeof message.id === 'string' || typeof message.id === 'number') &&
    'method' in message &&
    typeof message.method === 'string'
  )
}

/** The subscription that an outgoing message ends, or null. */
function endedBy(data: unknown): string | number | null {
  if (typeof data !== 'object' || data === null || !('id' in data)) return null
  const { id } = data
  if (typeof id !== 'string' && typeof id !== 'number') return null
  if ('error' in data) return id
  const result = 'result' in data ? data.result : null
  return typeof result === 'object' && result !== null && 'type' in result && result.type === 'stopped'
    ? id
    : null
}

const issue = (path: string, message: string) => ({ issues: [{ path, message }] })

/** Over HTTP a call is authenticated, limited and logged for itself, and its answer says so by its status. */
function notHere(): AppError {
  return new AppError(
    'INVALID_INPUT',
    'Send queries and mutations over HTTP. Sockets carry subscriptions alone.',
    issue('method', 'must be subscription'),
  )
}

function idTaken(): AppError {
  return new AppError(
    'INVALID_INPUT',
    'This id belongs to another subscription.',
    issue('id', 'must not be in use'),
  )
}

function tooMany(max: number): AppError {
  return new AppError('RATE_LIMITED', `A socket carries at most ${max} subscriptions. Stop one first.`, {
    retryAfterSeconds: 1,
  })
}
