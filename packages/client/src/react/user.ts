import type { User } from '@viva/api/contract'
import type { AnyVivaError } from '../errors.ts'
import type { Viva } from '../viva.ts'
import { knownError } from './known-error.ts'
import { useViva } from './provider.ts'
import { createSource, oncePer, type Source, useSource } from './source.ts'

/** Who is signed in, as far as is known. */
export type UserState =
  | { readonly status: 'loading' }
  | { readonly status: 'signed-in'; readonly user: User }
  | { readonly status: 'signed-out' }
  /** Only the server could tell, and it was not reached. `retry` asks again. */
  | { readonly status: 'unreachable'; readonly error: AnyVivaError; readonly retry: () => void }

const LOADING: UserState = { status: 'loading' }
const SIGNED_OUT: UserState = { status: 'signed-out' }

/**
 * Who is signed in. Finds out who was before a reload, once for all components, and then follows every sign-in and
 * sign-out.
 *
 * @example
 * const account = useUser()
 * if (account.status === 'signed-in') return <Workspace user={account.user} />
 */
export function useUser(): UserState {
  return useSource(userOf(useViva()))
}

const userOf = oncePer((viva: Viva): Source<UserState> => {
  /** What holds while nobody is signed in. */
  let otherwise: UserState = LOADING
  let tell = (): void => undefined

  function ask(): void {
    otherwise = LOADING
    const settle = (state: UserState) => {
      // Whoever has signed in and out meanwhile is known to be signed out.
      if (otherwise === LOADING) otherwise = state
      tell()
    }
    viva.ready().then(
      () => settle(SIGNED_OUT),
      (error: unknown) => settle({ status: 'unreachable', error: knownError(error), retry }),
    )
  }
  function retry(): void {
    ask()
    tell()
  }

  return createSource<UserState>(
    (previous) => {
      const { user } = viva
      if (user === null) return otherwise
      otherwise = SIGNED_OUT
      return previous?.status === 'signed-in' && previous.user === user
        ? previous
        : { status: 'signed-in', user }
    },
    (changed) => {
      tell = changed
      const off = viva.onUser(changed)
      if (viva.user === null && otherwise.status !== 'signed-out') ask()
      return () => {
        tell = () => undefined
        off()
      }
    },
  )
})
