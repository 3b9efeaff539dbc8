/** AI runs: what the other domains may use. */
export { type DataBlock, delimitData } from './delimited-data.ts'
export { enqueueRun } from './enqueue-run.ts'
export { hashEarlierCalls, hashInput as hashRunInput, hashOutput as hashRunOutput } from './finish-run.ts'
export { followUpPrompt, questionPrompt, validateQuestion } from './question-prompts.ts'
export type { ClaimedRun, RunHandler, RunHandlers, RunPrompt, RunResult, Verdict } from './run-handler.ts'
export { createRunWorker } from './run-worker.ts'
export { createScriptedProvider, scriptedText } from './scripted.ts'
