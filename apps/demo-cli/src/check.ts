import { isDeepStrictEqual } from 'node:util'

const LONGEST = 160

/** Ends the demo where something does not hold; `what` says in one line what should. */
export function check(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Error(`not so: ${what}`)
}

/** Ends the demo where a value is not the expected one, and shows both. */
export function checkEqual<Value>(what: string, actual: Value, expected: Value): void {
  if (!isDeepStrictEqual(actual, expected)) {
    throw new Error(`${what}: ${show(actual)} instead of ${show(expected)}`)
  }
}

function show(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing'
  return json.length <= LONGEST ? json : `${json.slice(0, LONGEST)}…`
}
