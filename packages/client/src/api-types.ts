import type { AppRouter } from '@viva/api'
import type { VivaError } from './errors.ts'

/** Options of a call. */
export interface CallOptions {
  /** Ends the call with ABORTED. What it has set off on the server is not taken back. */
  signal?: AbortSignal | undefined
}

/** What a subscription calls back. */
export interface Subscriber<Data> {
  onData(data: Data): void
  /** The stream is over, and does not come back: its error, or null where it ended as it should. */
  onEnd?(error: VivaError | null): void
}

/** How a procedure of the server is called: by its kind, with its input. */
type Callable<Procedure> = Procedure extends {
  _def: { type: infer Type; $types: { input: infer Input; output: infer Output } }
}
  ? Type extends 'query'
    ? { query: Call<Input, Output> }
    : Type extends 'mutation'
      ? { mutate: Call<Input, Output> }
      : { subscribe: Subscribe<Input, Output> }
  : never

type Call<Input, Output> = undefined extends Input
  ? (input?: Input, options?: CallOptions) => Promise<Output>
  : (input: Input, options?: CallOptions) => Promise<Output>

/** Follows a stream until it is over or the returned function is called. Reconnects and resumes by itself. */
type Subscribe<Input, Output> = (
  input: Omit<Input, 'lastEventId'> & { lastEventId?: string | undefined },
  subscriber: Subscriber<Streamed<Output>>,
) => () => void

/** What a stream's items carry beside their cursor. */
type Streamed<Output> =
  Output extends AsyncIterable<infer Item>
    ? Item extends { id: string; data: infer Data }
      ? Data
      : Item
    : never

/** All procedures, by domain and name. */
type Procedures = AppRouter['_def']['record']

/**
 * The whole API of the server: `viva.api.<domain>.<procedure>`. Tokens are added, renewed and retried by the SDK, and
 * every call rejects with a {@link VivaError}.
 */
export type VivaApi = {
  [Domain in keyof Procedures]: {
    [Name in keyof Procedures[Domain]]: Callable<Procedures[Domain][Name]>
  }
}

/** `domain.name` of every procedure. */
export type ProcedurePath = {
  [Domain in keyof Procedures & string]: `${Domain}.${keyof Procedures[Domain] & string}`
}[keyof Procedures & string]
