/** What the composition root and tests need of the API. Domains import files, never this. */
export type { Actor, SessionActor, UserActor } from './core/actor.ts'
export { type AppContext, type RequestFacts, systemContext } from './core/context.ts'
export { AppError, isAppError, notFound } from './core/errors.ts'
export { createHub, type HubOptions, type RunningHub, type Sweep } from './core/hub.ts'
export { sweepDatabase } from './core/hub-sweep.ts'
export { inspectToken, type TokenFacts } from './core/inspect-token.ts'
export { createKeyRing, SecretMismatchError } from './core/key-ring.ts'
export type { KeyRing, PublicJwk } from './core/keys.ts'
export { createPasswordHasher, type PasswordCost } from './core/password-hasher.ts'
export {
  type AiChunk,
  type AiMessage,
  type AiProvider,
  AiProviderError,
  type AiRequest,
} from './core/ports/ai.ts'
export type { Storage } from './core/ports/storage.ts'
export type {
  Bus,
  Clock,
  Config,
  Hub,
  Logger,
  PasswordHasher,
  Ports,
  Random,
  RateLimit,
  RateLimiter,
  StreamName,
  Watch,
} from './core/ports.ts'
export { createMemoryRateLimiter, memoryCounters, networkOf, rateLimiterFrom } from './core/rate-limiter.ts'
export { systemClock, systemRandom } from './core/system.ts'
export { mintToken, verifyToken } from './core/tokens.ts'
export { type Transaction, transaction } from './core/transaction.ts'
export { createWholeLogs } from './core/whole-logs.ts'
export { createScriptedProvider } from './domains/ai/index.ts'
export { jwks } from './domains/auth/index.ts'
export {
  authorizeUpload,
  type OpenMedia,
  openMedia,
  storeUpload,
  type UploadRequest,
} from './domains/media/index.ts'
export { type AppRouter, appRouter } from './root.ts'
export type { TransportContext } from './trpc/context.ts'
export {
  REFRESH_COOKIE,
  refreshCookie,
  refreshTokenFrom,
  tokensFromHeader,
  tokensFromParams,
} from './trpc/credentials.ts'
export { formatAppError, toAppError, type VivaErrorShape } from './trpc/format-error.ts'
export { startWorkers, type Workers } from './workers.ts'
