import type { User } from '@viva/api/contract'
import type { CallOptions, VivaApi } from './api-types.ts'
import type { WebSocketConstructor } from './connection.ts'
import type { EventFeed } from './event-feed.ts'
import type { Fetch } from './http.ts'
import type { SessionHandle } from './session.ts'
import type { VivaStorage } from './storage.ts'

/** Where the server is, and what the SDK may use of the platform. */
export interface VivaOptions {
  /** The server's address, such as `https://viva.example.com`. In browsers the page's own origin where absent. */
  url?: string | undefined
  /**
   * Where answers and signals wait that were not sent yet, and outside browsers the refresh token. In memory where
   * absent; pass `localStorage` so that they survive a reload.
   */
  storage?: VivaStorage | undefined
  /**
   * Where the refresh token travels. `cookie`: HttpOnly, out of reach of scripts, for browsers on the server's own site;
   * `body`: kept in `storage`, for everything else. Where absent: `cookie` if page and server have the same host over
   * https (or localhost), else `body`. A page on another host of the same site (`app.` and `api.example.com`) may name
   * `cookie` itself, and the server must then list the page's origin.
   */
  refreshTransport?: 'cookie' | 'body' | undefined
  /** The global one where absent. */
  fetch?: Fetch | undefined
  /**
   * The global one where absent; Node has one from version 22 on. With `null`, or where none can be opened, live events
   * come as server-sent events.
   */
  WebSocket?: WebSocketConstructor | null | undefined
  /** Hears of errors that no call of yours rejects with: a refused signal, a full storage, a listener that throws. */
  onError?: ((error: unknown) => void) | undefined
  /** How long to wait before try `attempt`, from 0, in ms. Doubling up to 15 s, with jitter, where absent. */
  retryDelayMs?: ((attempt: number) => number) | undefined
  /** Silence on a live connection, in ms, after which it is opened anew; 30 s where absent, twice the heartbeat. */
  silenceMs?: number | undefined
}

/** The live log of a session for the company's members, with types that candidates do not see. */
export interface MonitorFeed extends EventFeed {
  close(): void
}

/** A client of one server, for one user at a time. */
export interface Viva {
  /** Every procedure of the server, typed. Tokens are added and renewed by the SDK. */
  readonly api: VivaApi
  /** Who is signed in, a guest included; null where nobody is, or before `ready`. */
  readonly user: User | null
  /** Calls back when somebody signs in or out. @returns takes the listener away */
  onUser(listener: (user: User | null) => void): () => void
  /** Who was signed in before a reload. @throws NETWORK where only the server could tell */
  ready(): Promise<User | null>

  /** Makes an account; the answer is the same whether the address was free or not. Log in next. */
  signUp(account: { email: string; password: string; name: string }, options?: CallOptions): Promise<void>
  /** @throws INVALID_CREDENTIALS, RATE_LIMITED */
  logIn(credentials: { email: string; password: string }, options?: CallOptions): Promise<User>
  /** Signs this device out. It forgets its tokens in any case; rejects where the server could not be told. */
  logOut(options?: CallOptions): Promise<void>
  /** Signs all devices of the user out, this one included. */
  logOutEverywhere(options?: CallOptions): Promise<void>

  /**
   * Takes a session by its link: for the user who is signed in, or for a new guest, who then is. A claim whose answer was
   * lost can be sent again from this device, whose storage keeps its key.
   *
   * @throws LINK_INVALID where it was used, has expired, or never existed
   */
  claim(
    invitation: { token: string; name?: string | undefined },
    options?: CallOptions,
  ): Promise<SessionHandle>
  /** Starts a session of an open interview. */
  createOpen(interview: { interviewId: string }, options?: CallOptions): Promise<SessionHandle>
  /** The handle of a session of the signed-in user, one for each id. What it has not sent before goes out now. */
  session(sessionId: string): SessionHandle
  /**
   * Follows a session of the company while it is held.
   *
   * @example
   * const feed = viva.monitor({ companyId, sessionId })
   * for await (const event of feed.events()) console.log(event.seq, event.type)
   */
  monitor(session: { companyId: string; sessionId: string }): MonitorFeed

  /** Closes every handle, stream, timer and listener. Calls after it reject with ABORTED. */
  close(): void
}
