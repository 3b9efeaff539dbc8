import type { Drizzle } from '@viva/db'
import { mediaObjects } from '@viva/db/schema'
import { and, eq } from 'drizzle-orm'
import type { MediaObject } from '../../contract/index.ts'
import { notFound } from '../../core/errors.ts'

/** An upload as its table holds it. */
export type MediaRow = typeof mediaObjects.$inferSelect

/** What reads rows: the database, or a transaction of it. */
export type Reader = Pick<Drizzle, 'select'>

/**
 * An upload of one session.
 *
 * @throws NOT_FOUND, also where it is another session's
 */
export async function loadMedia(
  db: Reader,
  of: { mediaId: string; sessionId: string; companyId: string },
): Promise<MediaRow> {
  const [row] = await db
    .select()
    .from(mediaObjects)
    .where(
      and(
        eq(mediaObjects.id, of.mediaId),
        eq(mediaObjects.sessionId, of.sessionId),
        eq(mediaObjects.companyId, of.companyId),
      ),
    )
  if (!row) throw notFound('upload')
  return row
}

/** Shapes an upload for the API. */
export function toMediaObject(row: MediaRow): MediaObject {
  return {
    id: row.id,
    sessionId: row.sessionId,
    questionId: row.questionId,
    kind: row.kind,
    contentType: row.contentType,
    bytes: row.bytes,
    sha256: row.sha256 === null ? null : Buffer.from(row.sha256).toString('hex'),
    status: row.status,
    createdAt: row.createdAt.toISOString(),
    storedAt: row.storedAt?.toISOString() ?? null,
  }
}

/**
 * Where the bytes of an upload go, from ids alone. `part` is `incoming` for what a client puts into an object store
 * itself, and an id of its own for each time the server writes: what was hashed is never written over.
 */
export function storageKey(row: Pick<MediaRow, 'companyId' | 'sessionId' | 'id'>, part: string): string {
  return `${row.companyId}/${row.sessionId}/${row.id}/${part}`
}

/** Whether an upload's bytes are where this server puts those of this very upload. */
export function isInPlace(row: Pick<MediaRow, 'companyId' | 'sessionId' | 'id' | 'storageKey'>): boolean {
  const folder = storageKey(row, '')
  // Nothing that leads out of the folder again.
  return row.storageKey.startsWith(folder) && !row.storageKey.slice(folder.length).includes('/')
}

/** The path at which this server takes and gives the bytes of an upload. */
export function mediaPath(mediaId: string): string {
  return `/media/${mediaId}`
}
