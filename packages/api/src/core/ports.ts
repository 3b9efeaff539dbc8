import type { Db } from '@viva/db'
import type { DemoAccount, SessionEvent } from '../contract/index.ts'
import type { KeyRing } from './keys.ts'
import type { AiProvider } from './ports/ai.ts'
import type { Storage } from './ports/storage.ts'

/** Everything the domains need from outside. The composition root wires it; nothing else makes one. */
export interface Ports {
  db: Db
  clock: Clock
  random: Random
  log: Logger
  hasher: PasswordHasher
  limiter: RateLimiter
  /** For work on whole logs, of which few may be in memory at once. */
  wholeLogs: InTurn
  keys: KeyRing
  hub: Hub
  storage: Storage
  /** In the order they are tried. Never empty: `scripted` needs no key. */
  ai: readonly AiProvider[]
  /** The log-ins of the demo, for everybody to see. Asked at each call; absent where the server shows none. */
  demoAccounts?: (() => readonly DemoAccount[]) | undefined
  config: Config
}

/** What the domains may know of the configuration. Secrets stay in the adapters. */
export interface Config {
  /** Where clients reach this server, without a slash at the end; links and upload addresses start with it. */
  publicUrl: string
  /** Identifies this instance among others over the same database. */
  instanceId: string
  /** Largest upload in bytes. */
  maxUploadBytes: number
  /** Signs short-lived links to recordings, the same on every instance; at least 32 bytes. */
  urlSigningSecret: Uint8Array
  /** How long an instance may hold a piece of work without renewing its lease, in ms. */
  leaseMs: number
  /** Longest time for one AI call, in ms. */
  aiTimeoutMs: number
}

export interface Clock {
  now(): Date
}

export interface Random {
  bytes(length: number): Uint8Array
  /** A UUID version 7: ids sort by time. */
  id(): string
}

/** The part of pino that the domains use. Fields first, then the message. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Argon2id behind a bounded queue; a full queue throws OVERLOADED at once. */
export interface PasswordHasher {
  hash(password: string): Promise<string>
  /** With `hash` null a decoy of the same cost is verified, so that the time tells nothing; the answer is false. */
  verify(hash: string | null, password: string): Promise<boolean>
}

/** Runs a piece of work when it is its turn; throws OVERLOADED at once where too many wait. */
export type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>

/** A bucket of calls: `points` calls in `seconds`. */
export interface RateLimit {
  /** Names the counter; calls with the same name and key share it. */
  name: string
  points: number
  /** Seconds until spent points come back. */
  seconds: number
}

export interface RateLimiter {
  /** Takes one point, or throws RATE_LIMITED with the seconds to wait. */
  consume(limit: RateLimit, key: string): Promise<void>
  /** Gives all points back, as after a success. */
  reset(limit: RateLimit, key: string): Promise<void>
}

/**
 * A stream whose head moves: `session:<id>` with the log's seq, `run:<id>` with a number that grows with the output,
 * `auth:<id>` of an auth session, poked with 1 when it is revoked, `work:<queue>` with the time in ms when work arrives.
 */
export type StreamName = `session:${string}` | `run:${string}` | `auth:${string}` | `work:${string}`

/** Wakes those who wait for a stream, on this instance at once and on the others through the bus. */
export interface Hub {
  /** Call after commit. `events` spares local subscribers the read. */
  poke(stream: StreamName, head: number, events?: readonly SessionEvent[]): void
  /** Follows a stream until closed. */
  watch(stream: StreamName): Watch
}

export interface Watch extends Disposable {
  /** The newest head known here; 0 while none is known. */
  head(): number
  /** Events after `cursor` that are held in memory without a gap, or null: then read the database. */
  recent(cursor: number): readonly SessionEvent[] | null
  /** Resolves when the head passes `cursor`, when anything may have been missed, after `timeoutMs`, or on abort. Never rejects. */
  passed(cursor: number, timeoutMs: number, signal: AbortSignal): Promise<void>
}

/** Carries pokes between instances. Messages may be lost; `onGap` says when that may have happened. */
export interface Bus {
  publish(pokes: readonly { stream: StreamName; head: number }[]): Promise<void>
  subscribe(handlers: { onPoke(stream: StreamName, head: number): void; onGap(): void }): Promise<void>
  /** Throws where the connection that listens is down. */
  check(): Promise<void>
  close(): Promise<void>
}
