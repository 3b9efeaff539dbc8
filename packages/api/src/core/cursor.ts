import { AppError } from './errors.ts'

/** Packs the id that a page ended with. Ids sort by time, so the id alone says where to go on. */
function encodeCursor(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')
}

/** @throws INVALID_INPUT where it is not one of ours */
export function decodeCursor(cursor: string): string {
  const hex = Buffer.from(cursor, 'base64url').toString('hex')
  if (!/^[0-9a-f]{32}$/.test(hex)) {
    throw new AppError('INVALID_INPUT', 'The cursor is not one that a page gave out.', {
      issues: [{ path: 'cursor', message: 'is not a cursor' }],
    })
  }
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** Splits `limit + 1` rows into a page: the row too many only says that there is more. */
export function toPage<Row extends { id: string }, Item>(
  rows: readonly Row[],
  limit: number,
  map: (row: Row) => Item,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(map), nextCursor: rows.length > limit && last ? encodeCursor(last.id) : null }
}
