import type { Drizzle } from '@viva/db'
import { interviews, interviewVersions, policies, policyVersions } from '@viva/db/schema'
import { and, desc, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Interview, InterviewDefinition } from '../../contract/index.ts'
import type { interviews as schemas } from '../../contract/schemas.ts'
import { notFound } from '../../core/errors.ts'

/** What reads rows: the database, or a transaction of it. */
export type Reader = Pick<Drizzle, 'select'>

export type InterviewRow = typeof interviews.$inferSelect

/**
 * Completes a definition: its policy is the one it names, or the company's standard policy in its newest version. The
 * version is fixed here, so that a policy that changes later leaves this version of the interview as it was.
 *
 * @throws NOT_FOUND for a policy or a version that this company does not have
 */
export async function resolveDefinition(
  db: Reader,
  companyId: string,
  input: z.output<typeof schemas.interviewDefinitionInput>,
): Promise<InterviewDefinition> {
  const { policy, ...definition } = input
  const [found] =
    policy === undefined
      ? await db
          .select({ policyId: policies.id, version: policies.latestVersion })
          .from(policies)
          .where(and(eq(policies.companyId, companyId), eq(policies.standard, true)))
          .orderBy(desc(policies.id))
          .limit(1)
      : await db
          .select({ policyId: policyVersions.policyId, version: policyVersions.version })
          .from(policyVersions)
          .where(
            and(
              eq(policyVersions.policyId, policy.policyId),
              eq(policyVersions.version, policy.version),
              eq(policyVersions.companyId, companyId),
            ),
          )
  if (!found) throw notFound('policy')
  return { ...definition, policy: found }
}

/**
 * An interview of one company in one of its versions, the newest where none is named.
 *
 * @throws NOT_FOUND, also where it is another company's
 */
export async function loadInterview(
  db: Reader,
  of: { companyId: string; interviewId: string; version?: number | undefined },
): Promise<Interview> {
  const [found] = await db
    .select({ row: interviews, version: interviewVersions.version, definition: interviewVersions.definition })
    .from(interviews)
    .innerJoin(
      interviewVersions,
      and(
        eq(interviewVersions.interviewId, interviews.id),
        eq(interviewVersions.version, of.version ?? interviews.latestVersion),
      ),
    )
    .where(and(eq(interviews.id, of.interviewId), eq(interviews.companyId, of.companyId)))
  if (!found) throw notFound('interview')
  // Only this domain writes it, from a validated definition.
  return toInterview(found.row, found.version, found.definition as InterviewDefinition)
}

/** Shapes an interview with one of its versions for the API. */
export function toInterview(row: InterviewRow, version: number, definition: InterviewDefinition): Interview {
  return {
    id: row.id,
    companyId: row.companyId,
    version,
    latestVersion: row.latestVersion,
    publishedVersion: row.publishedVersion,
    definition,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

/** What an interview's row repeats of its newest version, for lists. */
export function listed(definition: InterviewDefinition): {
  title: string
  open: boolean
  questionCount: number
} {
  return { title: definition.title, open: definition.open, questionCount: definition.questions.length }
}
