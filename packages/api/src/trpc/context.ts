import type { RequestFacts } from '../core/context.ts'
import type { Ports } from '../core/ports.ts'

/**
 * What a transport makes for each call, before anybody is known: the ports, facts about the request, and the tokens it
 * came with (one in the Authorization header of a request, up to three in the connection parameters of a socket).
 */
export interface TransportContext extends Ports {
  request: RequestFacts
  tokens: readonly string[]
}
