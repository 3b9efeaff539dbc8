import { skipToken } from '@tanstack/react-query'
import { byName } from '../call.ts'
import type { AnyVivaError } from '../errors.ts'
import { retryAfter } from '../outbox.ts'
import { backoff } from '../timing.ts'
import type { Viva } from '../viva.ts'
import type { VivaQueries, VivaRetry } from './query-types.ts'
import { oncePer } from './source.ts'

/** Tries after the first, for errors that may pass. */
const RETRIES = 3
/** Where keys of this SDK begin. */
const KEY_ROOT = 'viva'

const RETRY: VivaRetry = {
  retry: (failureCount, error) => error.retryable && failureCount < RETRIES,
  retryDelay: (failureCount, error) => retryAfter(error) ?? backoff(failureCount),
}

/** A procedure as the proxy of the API has it, whatever its kind. */
interface Callable {
  query(input: unknown, options: { signal: AbortSignal }): Promise<unknown>
  mutate(input: unknown): Promise<unknown>
}

/**
 * Every query and mutation of the server, as options for TanStack Query: for loaders, prefetching and tests. Components
 * get the same by `useVivaQueries`. The same object comes for the same `viva`.
 *
 * Keys do not say whose data it is: give each `Viva` a `QueryClient` of its own.
 *
 * @example
 * const queries = createVivaQueries(viva)
 * const loader = () => queryClient.ensureQueryData(queries.auth.me.queryOptions())
 */
export const createVivaQueries: (viva: Viva) => VivaQueries = oncePer((viva) => {
  const domains = byName((domain) => byName((name) => procedure(viva, domain, name)))
  // The names come from the router's type, which exists at compile time alone.
  return domains as VivaQueries
})

function procedure(viva: Viva, domain: string, name: string): object {
  const api: Record<string, Record<string, unknown>> = viva.api
  const callable = () => api[domain]?.[name] as Callable
  const keyOf = (...rest: unknown[]) => [KEY_ROOT, `${domain}.${name}`, ...rest]
  const queryKey = (input?: unknown) => (input === undefined ? keyOf() : keyOf(input))
  return {
    queryKey,
    queryOptions: (input?: unknown) =>
      input === skipToken
        ? { ...RETRY, queryKey: queryKey(), queryFn: skipToken }
        : {
            ...RETRY,
            queryKey: queryKey(input),
            queryFn: ({ signal }: { signal: AbortSignal }) => callable().query(input, { signal }),
          },
    infiniteQueryOptions: (input: object = {}) => ({
      ...RETRY,
      // Pages and a single answer are kept under different keys: neither has the other's shape.
      queryKey: keyOf(input, 'pages'),
      queryFn: ({ signal, pageParam }: { signal: AbortSignal; pageParam: string | null }) =>
        callable().query(pageParam === null ? input : { ...input, cursor: pageParam }, { signal }),
      initialPageParam: null,
      getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor,
    }),
    mutationKey: () => keyOf(),
    mutationOptions: () => ({
      mutationKey: keyOf(),
      mutationFn: (input: unknown) => callable().mutate(input),
      retry: (_failureCount: number, _error: AnyVivaError) => false,
    }),
  }
}
