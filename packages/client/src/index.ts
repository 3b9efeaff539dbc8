/**
 * @viva/client: the SDK of Viva. `createViva` is where to start.
 * @packageDocumentation
 */
export * from '@viva/api/contract'
export type { CallOptions, Subscriber, VivaApi } from './api-types.ts'
export type { ConnectionStatus } from './channel.ts'
export type { WebSocketConstructor } from './connection.ts'
export { createViva } from './create-viva.ts'
export {
  type AnyVivaError,
  isVivaError,
  VivaError,
  type VivaErrorCode,
  type VivaErrorDetails,
} from './errors.ts'
export type { EventFeed, EventOf } from './event-feed.ts'
export type { Fetch } from './http.ts'
export type { RunProgress } from './run-stream.ts'
export type { Answer, SessionHandle } from './session.ts'
export { type AnswerEntry, newKey, type Rejected, type SignalEntry } from './session-entries.ts'
export { memoryStorage, type VivaStorage } from './storage.ts'
export type { UploadBody, UploadOptions } from './upload.ts'
export type { MonitorFeed, Viva, VivaOptions } from './viva.ts'
