import type { User } from '@viva/api/contract'
import type { VivaApi } from './api-types.ts'
import { aborted, isVivaError } from './errors.ts'
import type { Send, SendOptions } from './http.ts'
import { unlessAborted } from './timing.ts'

/** A token, and whom to tell when the server refuses it. */
export interface Credential {
  token: string | null
  reject(token: string): void
}

/** Makes one call with the token that it takes. */
export type Call = (
  type: 'query' | 'mutation',
  path: string,
  input: unknown,
  options?: Omit<SendOptions, 'token'>,
) => Promise<unknown>

/** How the outside follows a stream; see `VivaApi`. */
export type SubscribeTo = (path: string, input: object, subscriber: UntypedSubscriber) => () => void

interface UntypedSubscriber {
  onData(data: unknown): void
  onEnd?(error: unknown): void
}

/**
 * Adds the token to each call, and tries once more with a new one where the server refuses it. What one user has begun is
 * given up where the token turns out to be another's, who has signed in beside this client meanwhile.
 */
export function createCall(options: {
  send: Send
  credential: (path: string, input: unknown) => Promise<Credential>
  user: () => User | null
  isClosed: () => boolean
}): Call {
  const { send, credential, user, isClosed } = options
  return async (type, path, input, { signal, keepalive } = {}) => {
    let begun = user()
    for (let attempt = 1; ; attempt += 1) {
      if (isClosed()) throw aborted(new Error('this client is closed'))
      const { token, reject } = await unlessAborted(credential(path, input), signal)
      const now = user()
      // Who asks who is signed in wants to hear of the other one.
      if (begun && now && begun.id !== now.id && path !== 'auth.me') {
        throw aborted(new Error('another user has signed in'))
      }
      // Right after a reload it is known only now whose call it is.
      begun ??= now
      try {
        return await send(type, path, input, { token, signal, keepalive })
      } catch (error) {
        if (token === null || attempt > 1) throw error
        if (!isVivaError(error, 'TOKEN_EXPIRED', 'UNAUTHENTICATED')) throw error
        reject(token)
      }
    }
  }
}

/** The typed face of `call` and `subscribe`: `api.domain.procedure.query(input)`. */
export function createApi(call: Call, subscribe: SubscribeTo): VivaApi {
  const procedures = new Map<string, object>()
  const procedure = (path: string): object => {
    const known = procedures.get(path)
    if (known) return known
    const callable = {
      query: (input: unknown, options?: object) => call('query', path, input, options),
      mutate: (input: unknown, options?: object) => call('mutation', path, input, options),
      subscribe: (input: object, subscriber: UntypedSubscriber) => subscribe(path, input, subscriber),
    }
    procedures.set(path, callable)
    return callable
  }
  // The names come from the router's type, which exists at compile time alone.
  return byName((domain) => byName((name) => procedure(`${domain}.${name}`))) as VivaApi
}

/**
 * An object whose members `get` makes. A promise's `then` and the like are none of them: awaiting a part of the API must
 * not call it.
 */
export function byName(get: (name: string) => object): object {
  return new Proxy(Object.create(null), {
    get: (_target, name) => (typeof name === 'string' && name !== 'then' ? get(name) : undefined),
  })
}
