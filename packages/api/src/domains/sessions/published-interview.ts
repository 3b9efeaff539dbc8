import { interviews, interviewVersions } from '@viva/db/schema'
import { and, eq } from 'drizzle-orm'
import type { InterviewDefinition } from '../../contract/index.ts'
import type { Reader } from './internal.ts'

/** An interview in the version that new sessions get. */
export interface PublishedInterview {
  id: string
  companyId: string
  /** Null while it is a draft. */
  published: { version: number; definition: InterviewDefinition } | null
}

/** Loads an interview with its published version; null where there is none. */
export async function loadPublished(db: Reader, interviewId: string): Promise<PublishedInterview | null> {
  const [found] = await db
    .select({
      id: interviews.id,
      companyId: interviews.companyId,
      version: interviewVersions.version,
      definition: interviewVersions.definition,
    })
    .from(interviews)
    .leftJoin(
      interviewVersions,
      and(
        eq(interviewVersions.interviewId, interviews.id),
        eq(interviewVersions.version, interviews.publishedVersion),
      ),
    )
    .where(eq(interviews.id, interviewId))
  if (!found) return null
  const { id, companyId, version, definition } = found
  if (version === null) return { id, companyId, published: null }
  // Only the interviews domain writes it, from a validated definition.
  return { id, companyId, published: { version, definition: definition as InterviewDefinition } }
}
