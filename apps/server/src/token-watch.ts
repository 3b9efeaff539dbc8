import { inspectToken, type Ports } from '@viva/api'

/** Why a long connection may not go on. */
export type OverReason = 'expired' | 'revoked'

/** Ends long connections whose tokens are over. */
export interface TokenWatch extends Disposable {
  /**
   * Watches the tokens of one connection until `signal` aborts. Calls `end` once: when the earliest of them expires,
   * or when the auth session behind one of them is revoked on any instance. Resolves once it watches, with whether
   * any token was one of ours.
   */
  follow(tokens: readonly string[], signal: AbortSignal, end: (reason: OverReason) => void): Promise<boolean>
}

/** A wake-up without news must come at some time; nothing depends on when. */
const IDLE_MS = 3_600_000

/**
 * One timer compares all connections with the clock, which also serves clocks that jump. Revocations come over the
 * hub's stream of the auth session, whose sweep finds those that the bus lost.
 */
export function createTokenWatch(ports: Ports, sweepMs: number): TokenWatch {
  const connections = new Set<{ expiresAt: number; end: (reason: OverReason) => void }>()
  const timer = setInterval(() => {
    const now = ports.clock.now().getTime()
    for (const connection of connections) if (connection.expiresAt <= now) connection.end('expired')
  }, sweepMs).unref()

  async function followRevocation(sid: string, signal: AbortSignal, end: () => void): Promise<void> {
    using watch = ports.hub.watch(`auth:${sid}`)
    while (!signal.aborted) {
      await watch.passed(0, IDLE_MS, signal)
      if (watch.head() > 0) return end()
    }
  }

  return {
    async follow(tokens, signal, onOver) {
      const facts = await Promise.all(tokens.map((token) => inspectToken(ports, token)))
      if (signal.aborted) return false
      let over = false
      const end = (reason: OverReason): void => {
        if (over || signal.aborted) return
        over = true
        connections.delete(connection)
        onOver(reason)
      }
      const valid = facts.filter((fact) => fact !== null && fact !== 'expired')
      const expiresAt = facts.includes('expired')
        ? 0
        : Math.min(...valid.map((fact) => fact.expiresAt.getTime()))
      const connection = { expiresAt, end }
      connections.add(connection)
      signal.addEventListener('abort', () => connections.delete(connection), { once: true })
      for (const sid of new Set(valid.map((fact) => fact.authSessionId))) {
        void followRevocation(sid, signal, () => end('revoked'))
      }
      return facts.some((fact) => fact !== null)
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
