import { AppError } from './errors.ts'

/** Packs the id that a page ended with. Ids sort by time, so the id alone says where to go on. */
function encodeCursor(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')
}

/** @throws INVALID_INPUT where it is not one of ours */
export function decodeCursor(cursor: string): string {
  const hex = Buffer.from(cursor, 'base64url').toString('hex')
  if (!/^[0-9a-f]{32}$/.test(hex)) throw notACursor()
  return toUuid(hex)
}

/** Where a list in order of time goes on: after a time, and among rows of that very moment after an id. */
export interface TimePosition {
  createdAt: Date
  id: string
}

const TIME_DIGITS = 12
/** The end of the year 9999: beyond it a time has no plain ISO 8601 form, which databases take. */
const LAST_INSTANT = 253_402_300_799_999

/** Packs where a page of a list in order of time ended. */
export function encodeTimeCursor({ createdAt, id }: TimePosition): string {
  const time = createdAt.getTime().toString(16).padStart(TIME_DIGITS, '0')
  return Buffer.from(time + id.replaceAll('-', ''), 'hex').toString('base64url')
}

/** @throws INVALID_INPUT where it is not one of ours */
export function decodeTimeCursor(cursor: string): TimePosition {
  const hex = Buffer.from(cursor, 'base64url').toString('hex')
  const time = Number.parseInt(hex.slice(0, TIME_DIGITS), 16)
  if (!/^[0-9a-f]{44}$/.test(hex) || time > LAST_INSTANT) throw notACursor()
  return { createdAt: new Date(time), id: toUuid(hex.slice(TIME_DIGITS)) }
}

function toUuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function notACursor(): AppError<'INVALID_INPUT'> {
  return new AppError('INVALID_INPUT', 'The cursor is not one that a page gave out.', {
    issues: [{ path: 'cursor', message: 'is not a cursor' }],
  })
}

/**
 * Splits `limit + 1` rows into a page: the row too many only says that there is more.
 *
 * @param cursorOf packs where the list goes on after a row; by its id where absent
 */
export function toPage<Row extends { id: string }, Item>(
  rows: readonly Row[],
  limit: number,
  map: (row: Row) => Item,
  cursorOf: (row: Row) => string = ({ id }) => encodeCursor(id),
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(map), nextCursor: rows.length > limit && last ? cursorOf(last) : null }
}
