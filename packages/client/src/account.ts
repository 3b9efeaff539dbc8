import type { AuthResult, AuthTokens, User } from '@viva/api/contract'
import { isSignedOut, isVivaError, VivaError } from './errors.ts'
import type { Send } from './http.ts'
import type { Listeners } from './listeners.ts'
import type { Store } from './storage.ts'
import { backoff, renewAt, singleFlight } from './timing.ts'

/** Who is signed in on this device, and the tokens that prove it. */
export interface Account {
  /** Null where nobody is signed in, or before `ready`. */
  user(): User | null
  /** Finds out who was signed in before a reload. */
  ready(): Promise<User | null>
  /** A token that is good for a while, or null where nobody is signed in. Renews it first where that is due. */
  token(): Promise<string | null>
  /** The server refused this token: the next call gets another one. */
  reject(token: string): void
  /** Somebody has signed in. */
  adopt(result: AuthResult): Promise<void>
  /** Nobody is signed in any more. @param isTold whether the server knows, too */
  forget(isTold?: boolean): Promise<void>
}

/** What is kept over a reload. With a cookie the refresh token is the browser's business. */
interface Kept {
  user: User
  refreshToken: string | null
  /** Whose tokens they are. Absent in what older versions kept. */
  authSessionId?: string
}

const KEPT = 'account'
/** There while the server has yet to hear of a sign-out: the browser still has the cookie, which would undo it. */
const LEFT = 'left'

export function createAccount(options: {
  send: Send
  store: Store
  cookies: boolean
  /** Runs for whoever is signed in from now on, before anybody hears of them. */
  arrived: (user: User) => void
  changed: Listeners<User | null>
}): Account {
  const { send, store, cookies, arrived, changed } = options
  let user: User | null = null
  let access: { token: string; renewAt: number; expiresAt: number } | null = null
  /** Grows with every sign-in and sign-out, so that what began before is not taken for what holds now. */
  let era = 0
  let restored: Promise<void> | null = null

  function become(next: User | null): void {
    const isSame = user?.id === next?.id
    user = next
    if (next) arrived(next)
    if (!isSame) changed.tell(next)
  }

  function hold(tokens: AuthTokens): void {
    const due = renewAt(tokens.accessExpiresAt)
    access = { token: tokens.accessToken, renewAt: due, expiresAt: due + 30_000 }
  }

  async function forget(isTold = true): Promise<void> {
    era += 1
    access = null
    const removed = Promise.all([store.remove(KEPT), isTold || !cookies ? null : store.write(LEFT, true)])
    // At once: what is closed with the sign-out finds nobody signed in when it is looked at.
    become(null)
    await removed
  }

  /** Trades the refresh token. Alone, and with what is stored now: another tab may have traded it meanwhile. */
  const refresh = singleFlight(() =>
    store.alone('refresh', async () => {
      const begun = era
      const kept = await store.read<Kept>(KEPT)
      const refreshToken = kept?.refreshToken ?? undefined
      if (!cookies && refreshToken === undefined) throw signedOut()
      try {
        const tokens = await trade(refreshToken)
        if (tokens === null) throw signedOut()
        if (begun !== era) return
        const { refreshToken: successor, authSessionId } = tokens
        let known = kept?.user
        // Somebody else may have signed in over the same cookies, which this storage does not know of.
        if (known === undefined || kept?.authSessionId !== authSessionId) {
          // The server gives it once: it must not be lost where the question below fails.
          if (kept) await store.write(KEPT, { ...kept, refreshToken: successor } satisfies Kept)
          known = await whoami(tokens.accessToken)
        }
        if (begun !== era) return
        // Not before: until it is known whose it is, no call may go out with it in the name of the user before.
        hold(tokens)
        const written = store.write(KEPT, {
          user: known,
          refreshToken: successor,
          authSessionId,
        } satisfies Kept)
        // Together with their tokens, however long the storage takes.
        become(known)
        await written
      } catch (error) {
        if (isSignedOut(error) && begun === era) await forget()
        throw error
      }
    }),
  )

  /** A lost answer is asked for again at once: within its grace the server gives the same successor once more. */
  async function trade(refreshToken: string | undefined): Promise<AuthTokens | null> {
    const input = refreshToken === undefined ? {} : { refreshToken }
    const ask = () => send('mutation', 'auth.refresh', input, { token: null }) as Promise<AuthTokens | null>
    try {
      return await ask()
    } catch (error) {
      if (!isVivaError(error, 'NETWORK')) throw error
      await new Promise((resolve) => setTimeout(resolve, backoff(0)))
      return ask()
    }
  }

  async function whoami(token: string): Promise<User> {
    const me = (await send('query', 'auth.me', undefined, { token })) as User
    const { id, email, name, guest, createdAt } = me
    return { id, email, name, guest, createdAt }
  }

  async function signOutLate(): Promise<void> {
    await send('mutation', 'auth.logOut', {}, { token: null }).catch((error: unknown) => {
      // Its cookie is over, or gone: there is nothing left to tell.
      if (!isSignedOut(error)) throw error
    })
    await store.remove(LEFT)
  }

  function restore(): Promise<void> {
    restored ??= (async () => {
      const begun = era
      const kept = await store.read<Kept>(KEPT)
      if (begun !== era) return
      if (kept) become(kept.user)
      // Only the browser knows whether there is a cookie, so the server is asked.
      else if (cookies) {
        await ((await store.read(LEFT)) ? signOutLate() : refresh()).catch((error: unknown) => {
          if (isSignedOut(error)) return
          // Not known is not the same as signed out: the next call asks again.
          restored = null
          throw error
        })
      }
    })()
    return restored
  }

  return {
    user: () => user,
    async ready() {
      await restore()
      return user
    },
    async token() {
      await restore()
      if (user === null) return null
      if (access === null || access.renewAt <= Date.now()) {
        try {
          await refresh()
        } catch (error) {
          // Renewing ahead of time may fail as long as the old token is good.
          if (access === null || access.expiresAt <= Date.now() || isSignedOut(error)) throw error
        }
      }
      return access?.token ?? null
    },
    reject(token) {
      if (access?.token === token) access = null
    },
    async adopt({ user: next, tokens }) {
      era += 1
      restored = Promise.resolve()
      hold(tokens)
      const { refreshToken, authSessionId } = tokens
      const written = store.write(KEPT, { user: next, refreshToken, authSessionId } satisfies Kept)
      become(next)
      await Promise.all([written, store.remove(LEFT)])
    },
    forget,
  }
}

function signedOut(): VivaError<'UNAUTHENTICATED'> {
  return new VivaError('UNAUTHENTICATED', 'Log in first.', {})
}
