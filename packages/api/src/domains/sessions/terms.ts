import { createHash } from 'node:crypto'
import { interviewVersions, policyVersions } from '@viva/db/schema'
import { canonicalJson, type JsonValue } from '@viva/evidence'
import { and, eq } from 'drizzle-orm'
import type { Reader, SessionRow } from './internal.ts'

/**
 * SHA-256, in hex, of what a session is held by: its versions of the interview and of the policy. Of both together, since
 * rules alone are few enough to be guessed from a hash. Over the canonical form: the database keeps no order of keys.
 */
export async function hashTerms(
  db: Reader,
  row: Pick<SessionRow, 'interviewId' | 'interviewVersion' | 'policyId' | 'policyVersion'>,
): Promise<string> {
  const [interview] = await db
    .select({ definition: interviewVersions.definition })
    .from(interviewVersions)
    .where(
      and(
        eq(interviewVersions.interviewId, row.interviewId),
        eq(interviewVersions.version, row.interviewVersion),
      ),
    )
  const [policy] = await db
    .select({ rules: policyVersions.rules })
    .from(policyVersions)
    .where(and(eq(policyVersions.policyId, row.policyId), eq(policyVersions.version, row.policyVersion)))
  // One that is gone is another one.
  const terms = { interview: interview?.definition ?? null, policy: policy?.rules ?? null }
  return createHash('sha256')
    .update(canonicalJson(terms as JsonValue))
    .digest('hex')
}
