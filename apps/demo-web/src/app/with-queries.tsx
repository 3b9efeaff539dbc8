import { QueryClient } from '@tanstack/react-query'
import { useViva, VivaProvider } from '@viva/client/react'
import type { ComponentType } from 'react'

const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 5000 },
    // Offline, a change fails at once and says so; by default it would wait without a word.
    mutations: { networkMode: 'always' },
  },
})

/**
 * A component that may use TanStack Query. Not the whole app may: the interview room does without it, so that a candidate
 * does not wait for it to load.
 */
export function withQueries<Props extends object>(Inner: ComponentType<Props>) {
  return function WithQueries(props: Props) {
    return (
      <VivaProvider viva={useViva()} queryClient={queryClient}>
        <Inner {...props} />
      </VivaProvider>
    )
  }
}
