/** Reports: what the other domains may use. */
export { createReportWorker } from './report-worker.ts'
export { reportRunHandlers } from './run-handlers.ts'
