import {
  AppError,
  type Ports,
  type RequestFacts,
  refreshCookie,
  refreshTokenFrom,
  type TransportContext,
} from '@viva/api'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Origins } from './origins.ts'

/** Marks a call as made by a program: a form or an image of a foreign page cannot send a header of its own. */
export const CLIENT_HEADER = 'x-viva-client'

/**
 * The context of one HTTP call. The refresh cookie, which browsers add by themselves, exists only for calls that carry
 * the client header and come from a page of a known origin, or from no page at all: neither reading it (refresh, log
 * out) nor setting it (log in, claim) works across sites.
 */
export function httpContext(
  ports: Ports,
  call: {
    req: FastifyRequest
    reply: FastifyReply
    origins: Origins
    tokens: readonly string[]
    drained: RequestFacts['drained']
    /** Whether the caller may have the log-ins of the demo. */
    mayHaveDemo: boolean
  },
): TransportContext {
  const { req, reply, origins, tokens, drained, mayHaveDemo } = call
  const mayUseCookies = req.headers[CLIENT_HEADER] === '1' && origins.allows(req.headers.origin)
  return {
    ...ports,
    ...(mayHaveDemo ? {} : { demoAccounts: undefined }),
    tokens,
    request: {
      id: req.id,
      ip: req.ip,
      userAgent: (req.headers['user-agent'] ?? '').slice(0, 512),
      refreshCookie: mayUseCookies ? refreshTokenFrom(req.headers.cookie) : null,
      setRefreshCookie(token, maxAgeSeconds) {
        if (mayUseCookies) reply.header('set-cookie', refreshCookie(token, maxAgeSeconds))
        // Clearing fails in silence: the auth session is over all the same.
        else if (token !== null) {
          throw new AppError(
            'FORBIDDEN',
            `Cookies are set for calls with the header ${CLIENT_HEADER}: 1 from an allowed origin alone.`,
            {},
          )
        }
      },
      drained,
    },
  }
}
