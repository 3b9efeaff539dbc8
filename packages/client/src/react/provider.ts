import { type QueryClient, QueryClientContext, QueryClientProvider } from '@tanstack/react-query'
import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useLayoutEffect,
} from 'react'
import type { Viva } from '../viva.ts'
import { keepToOneUser } from './one-user-cache.ts'

const VivaContext = createContext<Viva | null>(null)

/** What {@link VivaProvider} takes. */
export interface VivaProviderProps {
  viva: Viva
  /**
   * Where queries keep what they got. The one of a `QueryClientProvider` above where absent. It is emptied when the user
   * signs out or another signs in, so give each `Viva` one of its own.
   */
  queryClient?: QueryClient | undefined
  children?: ReactNode
}

/**
 * Gives `viva` to the components inside. Make it outside of them, once; the provider does not close it.
 *
 * @example
 * const viva = createViva({ storage: localStorage })
 * const queryClient = new QueryClient()
 * createRoot(root).render(<VivaProvider viva={viva} queryClient={queryClient}><App /></VivaProvider>)
 */
export function VivaProvider({ viva, queryClient, children }: VivaProviderProps): ReactElement {
  const outer = useContext(QueryClientContext)
  const client = queryClient ?? outer
  // Before any component inside asks for anything, which they do in effects that come later.
  useLayoutEffect(() => (client === undefined ? undefined : keepToOneUser(client, viva)), [client, viva])
  const inside = createElement(VivaContext.Provider, { value: viva }, children)
  return queryClient === undefined
    ? inside
    : createElement(QueryClientProvider, { client: queryClient }, inside)
}

/** The `viva` of the provider above. @throws where there is none */
export function useViva(): Viva {
  const viva = useContext(VivaContext)
  if (viva === null) throw new Error('Put a <VivaProvider> around the components that use Viva.')
  return viva
}
