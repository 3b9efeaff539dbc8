import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino'

/**
 * The server's log: one JSON object a line, so that line breaks and terminal codes in what a caller sent stay escaped.
 * Only errors are described field by field: what a library hangs on one (parameters of a query, say) may be a secret.
 */
export function createLog(options: {
  level: string
  instanceId?: string
  destination?: DestinationStream
}): Logger {
  return pino(
    {
      level: options.level,
      base: options.instanceId === undefined ? null : { instance: options.instanceId },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
    },
    // Gathered for a moment: a write for each line took a tenth of the CPU time of a call. What is gathered is written
    // before the process exits, also by an error; only kill -9 loses that moment.
    options.destination ?? pino.destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 100 }),
  )
}

/** What may be logged of an error. */
export interface ErrorFacts {
  type: string
  message: string
  code?: string
  /** Of a database error: names, never values. */
  constraint?: string
  table?: string
  stack?: string
  cause?: ErrorFacts
}

const MAX_MESSAGE = 1000
const MAX_CAUSES = 5

/** Describes an error for the log, its causes too, without values that may be secret. */
function describeError(error: unknown, depth = 0): ErrorFacts {
  if (!(error instanceof Error))
    return { type: typeof error, message: 'something that is no error was thrown' }
  const facts: ErrorFacts = { type: error.name, message: messageOf(error).slice(0, MAX_MESSAGE) }
  const code = textOf(error, 'code')
  const constraint = textOf(error, 'constraint_name')
  const table = textOf(error, 'table_name')
  if (code !== null) facts.code = code
  if (constraint !== null) facts.constraint = constraint
  if (table !== null) facts.table = table
  // A stack begins with the message: only the places are taken over.
  const places = error.stack?.split('\n').filter((line) => /^\s+at /.test(line))
  if (places?.length) facts.stack = places.join('\n')
  if (error.cause !== undefined && depth < MAX_CAUSES) facts.cause = describeError(error.cause, depth + 1)
  return facts
}

/** Drizzle writes a query's parameters into its message: hashes of passwords, addresses, answers. */
function messageOf(error: Error): string {
  // tRPC gives what it wraps the same message.
  const { cause } = error
  if (cause instanceof Error && cause.message === error.message) return messageOf(cause)
  const query = textOf(error, 'query')
  return query !== null && 'params' in error ? `Failed query: ${query}` : error.message
}

function textOf(error: Error, name: string): string | null {
  const value: unknown = Reflect.get(error, name)
  return typeof value === 'string' ? value : null
}
