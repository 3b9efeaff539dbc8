import { mediaObjects } from '@viva/db/schema'
import { asc, eq } from 'drizzle-orm'
import type { MediaObject } from '../../contract/index.ts'
import { type Reader, toMediaObject } from './internal.ts'

/** Every upload of a session, oldest first, those that failed too. */
export async function mediaOf(db: Reader, sessionId: string): Promise<MediaObject[]> {
  const rows = await db
    .select()
    .from(mediaObjects)
    .where(eq(mediaObjects.sessionId, sessionId))
    .orderBy(asc(mediaObjects.id))
  return rows.map(toMediaObject)
}
