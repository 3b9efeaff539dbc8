import type {
  AuthResult,
  RunChunk,
  SessionClaim,
  SessionGrant,
  SessionTokens,
  User,
} from '@viva/api/contract'
import { createAccount } from './account.ts'
import { type Credential, createApi, createCall } from './call.ts'
import { type Channel, createChannel } from './channel.ts'
import { createSession, type OwnedSession } from './create-session.ts'
import { detectEnvironment, sharesCookiesWith } from './environment.ts'
import { isVivaError, toVivaError, VivaError } from './errors.ts'
import { createEventFeed, type OwnedFeed } from './event-feed.ts'
import { createSend, type Fetch } from './http.ts'
import { createListeners } from './listeners.ts'
import { tokenDemand } from './procedure-tokens.ts'
import { createScopedTokens, type ScopedTokens } from './scoped-tokens.ts'
import type { SessionHandle } from './session.ts'
import { newKey } from './session-entries.ts'
import { createStore, memoryStorage } from './storage.ts'
import { backoff } from './timing.ts'
import type { MonitorFeed, Viva, VivaOptions } from './viva.ts'

const SILENCE_MS = 30_000

/**
 * Makes a client of a Viva server. Nothing is sent before the first call.
 *
 * @example
 * const viva = createViva({ url: 'https://viva.example.com', storage: localStorage })
 * const session = await viva.claim({ token })
 */
export function createViva(options: VivaOptions = {}): Viva {
  const url = baseUrl(options.url)
  // Called as functions of the global object, which browsers insist on.
  const fetch: Fetch = options.fetch ?? ((target, init) => globalThis.fetch(target, init))
  const WebSocket = options.WebSocket === undefined ? (globalThis.WebSocket ?? null) : options.WebSocket
  const refreshTransport = options.refreshTransport ?? (sharesCookiesWith(url) ? 'cookie' : 'body')
  const retryDelayMs = options.retryDelayMs ?? backoff
  const environment = detectEnvironment()
  const report = createReport(options.onError)
  const store = createStore(options.storage ?? memoryStorage(), `viva:${new URL(url).host}:`, report)
  const users = createListeners<User | null>(report)
  const cookies = refreshTransport === 'cookie'
  const send = createSend({ url, fetch, cookies })
  const account = createAccount({ send, store, cookies, arrived, changed: users })

  const scoped = new Map<string, ScopedTokens>()
  const sessions = new Map<string, OwnedSession>()
  const monitors = new Set<OwnedFeed>()
  /** Ends of the streams that `api` opened. */
  const streams = new Set<() => void>()
  let isClosed = false
  /** Whose all of these are. Whom the server signs out finds them again when they come back; another user does not. */
  let ownerId: string | null = null

  const call = createCall({ send, credential, user: account.user, isClosed: () => isClosed })
  const api = createApi(call, subscribe)

  function scopedTokens(sessionId: string): ScopedTokens {
    const known = scoped.get(sessionId)
    if (known) return known
    const made = createScopedTokens(
      async () => (await call('mutation', 'sessions.refreshTokens', { sessionId })) as SessionTokens,
    )
    scoped.set(sessionId, made)
    return made
  }

  async function credential(path: string, input: unknown): Promise<Credential> {
    const demand = tokenDemand(path)
    if (demand === 'none') return { token: null, reject: () => undefined }
    if (demand === 'user' || demand === 'optional') {
      const token = await account.token()
      if (token === null && demand === 'user') throw new VivaError('UNAUTHENTICATED', 'Log in first.', {})
      return { token, reject: account.reject }
    }
    const tokens = scopedTokens(sessionIdOf(input))
    return { token: await tokens.get(demand), reject: tokens.reject }
  }

  function channel(tokens: () => Promise<string[]>, reject: (token: string) => void): Channel {
    return createChannel({
      url,
      fetch,
      WebSocket,
      environment,
      retryDelayMs,
      silenceMs: options.silenceMs ?? SILENCE_MS,
      tokens,
      rejectTokens: (refused) => refused.forEach(reject),
      report,
    })
  }
  const sessionChannel = (sessionId: string) => {
    const tokens = scopedTokens(sessionId)
    return channel(async () => [await tokens.get('wst'), await tokens.get('aipt')], tokens.reject)
  }
  const memberChannel = () =>
    channel(async () => {
      const token = await account.token()
      if (token === null) throw new VivaError('UNAUTHENTICATED', 'Log in first.', {})
      return [token]
    }, account.reject)

  /** One connection for everything that members watch; it opens with the first stream and closes with the last. */
  const watching = memberChannel()

  function subscribe(
    path: string,
    input: object,
    subscriber: { onData(data: unknown): void; onEnd?(error: unknown): void },
  ): () => void {
    const attempt = (work: () => void) => {
      try {
        work()
      } catch (error) {
        report(error)
      }
    }
    const isMembers = tokenDemand(path) === 'user'
    const own = isMembers ? watching : sessionChannel(sessionIdOf(input))
    let stop = (): void => undefined
    const end = () => {
      stop()
      streams.delete(end)
      if (!isMembers) own.close()
    }
    streams.add(end)
    stop = own.follow({
      path,
      input,
      cursor: null,
      onData(data) {
        attempt(() => subscriber.onData(data))
        // A run is over some day; the other streams are not.
        return path === 'ai.stream' && (data as RunChunk).status === 'finished'
      },
      onEnd(error) {
        attempt(() => subscriber.onEnd?.(error))
        end()
      },
    })
    return end
  }

  function session(sessionId: string): OwnedSession {
    const known = sessions.get(sessionId)
    if (known) return known
    const made = createSession({
      sessionId,
      call,
      fetch,
      channel: sessionChannel(sessionId),
      store,
      environment,
      retryDelayMs,
      report,
      onClose: () => sessions.delete(sessionId),
    })
    sessions.set(sessionId, made)
    return made
  }

  function adopt(grant: SessionGrant): SessionHandle {
    const { id } = grant.session
    scopedTokens(id).adopt(grant.tokens)
    const owned = session(id)
    owned.adopt(grant)
    return owned.handle
  }

  async function signedIn(result: AuthResult): Promise<User> {
    await account.adopt(result)
    for (const owned of [...sessions.values(), ...monitors]) owned.resume()
    return result.user
  }

  /** However the user came: whoever hears of them finds nothing of the one before. */
  function arrived({ id }: User): void {
    if (ownerId !== null && ownerId !== id) leave()
    ownerId = id
  }

  /** What is open belongs to the user who was signed in: nothing of theirs is to go on in another one's name. */
  function leave(): void {
    ownerId = null
    for (const { handle } of [...sessions.values()]) handle.close()
    for (const feed of [...monitors]) feed.close()
    for (const end of [...streams]) end()
    scoped.clear()
  }

  async function signOut(path: 'auth.logOut' | 'auth.logOutEverywhere', signal?: AbortSignal): Promise<void> {
    let isTold = false
    try {
      await call('mutation', path, {}, { signal })
      isTold = true
    } catch (error) {
      // Who is signed out already has what they wanted.
      isTold = isVivaError(error, 'UNAUTHENTICATED', 'REFRESH_REUSED')
      if (!isTold) throw error
    } finally {
      leave()
      await account.forget(isTold)
    }
  }

  /** Calls what must not happen twice with a key that is kept until the answer is here: a lost one then comes again. */
  async function once<Result>(
    name: string,
    about: string,
    work: (key: string) => Promise<Result>,
  ): Promise<Result> {
    const kept = await store.read<{ token: string; key: string }>(name)
    const key = kept?.token === about ? kept.key : newKey()
    await store.write(name, { token: about, key })
    const result = await work(key)
    await store.remove(name)
    return result
  }

  return {
    api,
    get user() {
      return account.user()
    },
    onUser: (listener) => users.add(listener),
    ready: () => account.ready(),
    async signUp({ email, password, name }, { signal } = {}) {
      await call('mutation', 'auth.signUp', { email, password, name }, { signal })
    },
    async logIn({ email, password }, { signal } = {}) {
      const input = { email, password, refreshTransport }
      return signedIn((await call('mutation', 'auth.logIn', input, { signal })) as AuthResult)
    },
    logOut: ({ signal } = {}) => signOut('auth.logOut', signal),
    logOutEverywhere: ({ signal } = {}) => signOut('auth.logOutEverywhere', signal),
    async claim({ token, name }, { signal } = {}) {
      return once('claim', token, async (idempotencyKey) => {
        const input = { token, idempotencyKey, refreshTransport, ...(name === undefined ? {} : { name }) }
        const claimed = (await call('mutation', 'sessions.claim', input, { signal })) as SessionClaim
        // A guest's only tokens.
        if (claimed.auth) await signedIn(claimed.auth)
        return adopt(claimed.grant)
      })
    },
    async createOpen({ interviewId }, { signal } = {}) {
      return once('open', interviewId, async (idempotencyKey) => {
        const input = { interviewId, idempotencyKey }
        return adopt((await call('mutation', 'sessions.createOpen', input, { signal })) as SessionGrant)
      })
    },
    session: (sessionId) => session(sessionId).handle,
    monitor({ companyId, sessionId }): MonitorFeed {
      const input = { companyId, sessionId }
      const feed = createEventFeed({ channel: watching, path: 'sessions.monitor', input, report })
      const { close: closeFeed } = feed
      monitors.add(feed)
      return Object.assign(feed, {
        close() {
          monitors.delete(feed)
          closeFeed()
        },
      })
    },
    close() {
      if (isClosed) return
      isClosed = true
      leave()
      watching.close()
      users.clear()
    },
  }
}

/** The server's address without a slash at its end. */
function baseUrl(url: string | undefined): string {
  const given = url ?? (typeof location === 'undefined' ? undefined : location.origin)
  if (given === undefined || !/^https?:\/\//.test(given)) {
    throw new TypeError('createViva needs the server\'s address: { url: "https://…" }.')
  }
  return given.replace(/\/+$/, '')
}

function sessionIdOf(input: unknown): string {
  const id: unknown = typeof input === 'object' && input !== null ? Reflect.get(input, 'sessionId') : null
  if (typeof id === 'string') return id
  const issues = [{ path: 'sessionId', message: 'must be a UUID' }]
  throw new VivaError('INVALID_INPUT', 'The input is not valid.', { issues })
}

/** Where errors go that no call rejects with. One that is thrown by the handler itself has nowhere to go. */
function createReport(onError: VivaOptions['onError']): (error: unknown) => void {
  return (error) => {
    try {
      if (onError) onError(error)
      // Browsers show it in the console, as they do any error that nobody caught.
      else globalThis.reportError?.(error)
    } catch (cause) {
      globalThis.reportError?.(toVivaError(cause))
    }
  }
}
