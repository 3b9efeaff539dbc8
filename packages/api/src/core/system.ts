import { randomBytes } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import type { Clock, Random } from './ports.ts'

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date() }

/** The machine's randomness, and ids that sort by time, also those of one millisecond. */
export const systemRandom: Random = { bytes: randomBytes, id: uuidv7 }
