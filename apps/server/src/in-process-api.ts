import { appRouter, type Ports, type TransportContext } from '@viva/api'

/** The API, called by the server itself. */
export type InProcessApi = ReturnType<typeof appRouter.createCaller>

/**
 * The API without a transport, as whoever the token stands for; as nobody without one. Calls are not limited: it is the
 * server that makes them.
 */
export function inProcessApi(ports: Ports, token?: string): InProcessApi {
  const ctx: TransportContext = {
    ...ports,
    limiter: { consume: () => Promise.resolve(), reset: () => Promise.resolve() },
    tokens: token === undefined ? [] : [token],
    request: {
      id: 'seed',
      ip: '',
      userAgent: 'viva seed',
      refreshCookie: null,
      setRefreshCookie: () => undefined,
      drained: () => Promise.resolve(),
    },
  }
  return appRouter.createCaller(ctx)
}
