/** What `../embedded.ts` gives its worker at the start. */
export interface WorkerSettings {
  /** Folder that holds `postgres/`; in memory if absent. */
  dataDirectory: string | undefined
  /** A data directory as a tar file, with which a new database starts. */
  template: string | undefined
  password: string
  idleInTransactionTimeoutMs: number
}

/** To the worker. */
export type ToWorker = { type: 'close' } | { type: 'dump'; file: string }

/** From the worker. */
export type FromWorker =
  | { type: 'ready'; port: number }
  | { type: 'dumped' }
  | { type: 'closed' }
  | { type: 'failed'; reason: string }
