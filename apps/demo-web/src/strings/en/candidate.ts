import * as arrival from './candidate-arrival.ts'
import * as end from './candidate-end.ts'
import * as gate from './candidate-gate.ts'
import * as precheck from './candidate-precheck.ts'
import * as room from './candidate-room.ts'
import * as strikes from './candidate-strikes.ts'

/**
 * Everything the candidate reads, in one place for tests and translators. Screens import the part they show: a page that is
 * opened for the first time is not to load the words of the others.
 */
export const candidate = { ...arrival, ...gate, ...precheck, ...room, ...strikes, ...end }
