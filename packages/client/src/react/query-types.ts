import type { DataTag, InfiniteData, QueryFunctionContext, SkipToken } from '@tanstack/react-query'
import type { VivaApi } from '../api-types.ts'
import type { AnyVivaError } from '../errors.ts'

/** `viva`, the procedure's path, and its input. Input objects with the same content are the same key. */
export type VivaQueryKey = readonly ['viva', path: string, ...rest: unknown[]]

/** When a call that failed is made again: for errors that are `retryable`, and not before the server says. */
export interface VivaRetry {
  retry: (failureCount: number, error: AnyVivaError) => boolean
  retryDelay: (failureCount: number, error: AnyVivaError) => number
}

/** Options for `useQuery`, `useSuspenseQuery`, `queryClient.ensureQueryData` and the like. */
export interface VivaQueryOptions<Output> extends VivaRetry {
  queryKey: DataTag<VivaQueryKey, Output>
  queryFn: (context: Pick<QueryFunctionContext, 'signal'>) => Promise<Output>
}

/** The same for a query that is left alone as long as its input is `skipToken`. */
export interface VivaSkippableQueryOptions<Output> extends VivaRetry {
  queryKey: DataTag<VivaQueryKey, Output>
  queryFn: VivaQueryOptions<Output>['queryFn'] | SkipToken
}

/** Options for `useInfiniteQuery`, which asks for one page after the other. */
export interface VivaInfiniteQueryOptions<Output> extends VivaRetry {
  queryKey: DataTag<VivaQueryKey, InfiniteData<Output, string | null>>
  queryFn: (context: { signal: AbortSignal; pageParam: string | null }) => Promise<Output>
  initialPageParam: string | null
  getNextPageParam: (lastPage: Output) => string | null
}

/** Options for `useMutation`. Nothing is sent twice by itself: see `retry`. */
export interface VivaMutationOptions<Input, Output> {
  mutationKey: VivaQueryKey
  mutationFn: (input: Input) => Promise<Output>
  /** Never: whether a change that fails is to be made again is a person's to say. */
  retry: (failureCount: number, error: AnyVivaError) => boolean
}

/** A procedure that reads. */
export interface QueryProcedure<Input, Output> {
  /**
   * What TanStack Query needs to make this call and keep its result.
   *
   * @example
   * const report = useQuery(queries.reports.get.queryOptions({ companyId, sessionId }))
   * const live = useQuery({ ...queries.sessions.list.queryOptions({ companyId }), refetchInterval: 3000 })
   */
  queryOptions(...input: InputOf<Input>): VivaQueryOptions<Output>
  queryOptions(input: Input | SkipToken): VivaSkippableQueryOptions<Output>
  /** The key of the call with this input; without one, the beginning that all calls of the procedure have in common. */
  queryKey(input?: Input): DataTag<VivaQueryKey, Output>
}

/** A procedure that reads a list page by page. */
export interface PagedProcedure<Input, Output> extends QueryProcedure<Input, Output> {
  /**
   * What TanStack Query needs to read page after page.
   *
   * @example
   * const sessions = useInfiniteQuery(queries.sessions.list.infiniteQueryOptions({ companyId }))
   * const rows = sessions.data?.pages.flatMap((page) => page.items) ?? []
   */
  infiniteQueryOptions(...input: InputOf<Omit<Input, 'cursor'>>): VivaInfiniteQueryOptions<Output>
}

/** A procedure that changes something. */
export interface MutationProcedure<Input, Output> {
  /**
   * What TanStack Query needs to make this change.
   *
   * @example
   * const invite = useMutation(queries.sessions.invite.mutationOptions())
   * invite.mutate({ companyId, interviewId, idempotencyKey: newKey() })
   */
  mutationOptions(): VivaMutationOptions<Input, Output>
  mutationKey(): VivaQueryKey
}

/** An input that may be left out where the procedure needs none. */
type InputOf<Input> = undefined extends Input
  ? [input?: Input]
  : Record<never, never> extends Input
    ? [input?: Input]
    : [input: Input]

type ProcedureOf<Callable> = Callable extends {
  query: (input: infer Input, ...rest: never[]) => Promise<infer Output>
}
  ? Output extends { items: readonly unknown[]; nextCursor: string | null }
    ? PagedProcedure<Input, Output>
    : QueryProcedure<Input, Output>
  : Callable extends { mutate: (input: infer Input, ...rest: never[]) => Promise<infer Output> }
    ? MutationProcedure<Input, Output>
    : never

/** The names of a domain's procedures that are called once; streams have hooks of their own. */
type CalledNames<Domain> = {
  [Name in keyof Domain]: Domain[Name] extends { subscribe: unknown } ? never : Name
}[keyof Domain]

/** Every query and mutation of the server, as options for TanStack Query's own hooks. */
export type VivaQueries = {
  readonly [Domain in keyof VivaApi]: {
    readonly [Name in CalledNames<VivaApi[Domain]>]: ProcedureOf<VivaApi[Domain][Name]>
  }
}
