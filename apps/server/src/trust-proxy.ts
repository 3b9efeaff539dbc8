import type { IncomingMessage } from 'node:http'
import proxyAddr from '@fastify/proxy-addr'
import type { Env } from './env.ts'

/** Whether the address `hop` steps away, counted from the socket's peer, is a proxy of ours. */
export type TrustProxy = (address: string, hop: number) => boolean

/** Makes the one rule by which addresses are believed, for requests and for upgrades alike. */
export function createTrustProxy(setting: Env['trustProxy']): TrustProxy {
  if (setting === false) return () => false
  if (typeof setting === 'number') return (_address, hop) => hop < setting
  return proxyAddr.compile([...setting])
}

/** The caller's address: the peer's, or what a trusted proxy says it is. */
export function clientAddress(req: IncomingMessage, trust: TrustProxy): string {
  return proxyAddr(req, trust) ?? ''
}
