import { sessions } from '@viva/db/schema'
import { eq } from 'drizzle-orm'
import type { InterviewDefinition, TranscriptEntry } from '../../contract/index.ts'
import { loadDefinition, loadTranscript, type Reader, type SessionRow } from '../sessions/index.ts'

/** What a report is made from. It does not change any more once the session is closed. */
export interface Material {
  session: SessionRow
  definition: InterviewDefinition
  transcript: TranscriptEntry[]
}

/** Loads a session with its interview and everything that was said in it; null where there is no such session. */
export async function loadMaterial(db: Reader, sessionId: string): Promise<Material | null> {
  const [session] = await db.select().from(sessions).where(eq(sessions.id, sessionId))
  if (!session) return null
  return {
    session,
    definition: await loadDefinition(db, session),
    transcript: await loadTranscript(db, sessionId),
  }
}
