import { sessionHeads, sessions } from '@viva/db/schema'
import { ZERO_HASH } from '@viva/evidence'
import type { InterviewDefinition } from '../../contract/index.ts'
import type { AppContext } from '../../core/context.ts'
import type { NewEvent } from '../../core/event-log.ts'
import type { Transaction } from '../../core/transaction.ts'
import type { SessionRow } from './internal.ts'
import { hashTerms } from './terms.ts'

/** A session that is about to be made. */
export interface NewSession {
  companyId: string
  interview: { id: string; version: number; definition: InterviewDefinition }
  candidate: { name?: string | undefined; email?: string | undefined }
  createdBy: string
  /** Until when it must have been started. */
  expiresAt: Date
}

/** Makes a session in state `setup` with an empty log, and the event that its log begins with. */
export async function createSession(
  ctx: AppContext,
  tx: Transaction,
  session: NewSession,
): Promise<{ row: SessionRow; created: NewEvent }> {
  const { companyId, interview, candidate, createdBy, expiresAt } = session
  const { policyId, version: policyVersion } = interview.definition.policy
  const now = ctx.clock.now()
  const [row] = await tx.db
    .insert(sessions)
    .values({
      id: ctx.random.id(),
      companyId,
      interviewId: interview.id,
      interviewVersion: interview.version,
      policyId,
      policyVersion,
      state: 'setup',
      candidateName: candidate.name ?? null,
      candidateEmail: candidate.email ?? null,
      createdBy,
      createdAt: now,
      deadlineAt: expiresAt,
    })
    .returning()
  if (!row) throw new Error('the insert returned no row')
  await tx.db
    .insert(sessionHeads)
    .values({ sessionId: row.id, companyId, seq: 0, hash: Buffer.from(ZERO_HASH, 'hex'), lastAt: now })
  const payload = {
    interviewId: interview.id,
    interviewVersion: interview.version,
    policyId,
    policyVersion,
    termsSha256: await hashTerms(tx.db, row),
    expiresAt: expiresAt.toISOString(),
  }
  return { row, created: { type: 'session.created', payload } }
}
