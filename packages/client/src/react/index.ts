/**
 * @viva/client/react: Viva in React, with TanStack Query. `VivaProvider` is where to start.
 * @packageDocumentation
 */
export { useConnection, useEvents, useServerNow } from './feed.ts'
export { useMonitor, useSession } from './handles.ts'
export { type NextQuestionState, useNextQuestion } from './next-question.ts'
export { type Pending, usePending } from './pending.ts'
export { useViva, VivaProvider, type VivaProviderProps } from './provider.ts'
export { createVivaQueries } from './queries.ts'
export type {
  MutationProcedure,
  PagedProcedure,
  QueryProcedure,
  VivaInfiniteQueryOptions,
  VivaMutationOptions,
  VivaQueries,
  VivaQueryKey,
  VivaQueryOptions,
  VivaRetry,
  VivaSkippableQueryOptions,
} from './query-types.ts'
export { type SessionState, useSessionState } from './session-state.ts'
export { useVivaQueries } from './use-queries.ts'
export { type UserState, useUser } from './user.ts'
