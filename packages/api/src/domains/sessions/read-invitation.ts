import { companies, interviewVersions, invitations, sessions } from '@viva/db/schema'
import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { InterviewDefinition, InvitationPreview } from '../../contract/index.ts'
import type { sessions as schemas } from '../../contract/schemas.ts'
import type { AppContext } from '../../core/context.ts'
import { hashLinkToken } from '../../core/link-token.ts'
import { linkInvalid } from './link-invalid.ts'
import { versionOfSession } from './session-view.ts'

/**
 * What a link is for, so that a person can decide before they claim it: who invites, to what, and what would be recorded.
 * Changes nothing and may be read any number of times. A link that was claimed shows it to whoever claimed it, while they
 * are signed in, also after it has expired and after its session is over.
 *
 * @throws LINK_INVALID where the link never existed, and to everybody but whoever claimed it where it was used, has expired,
 *   or its session is over
 */
export async function readInvitation({
  ctx,
  input,
}: {
  ctx: AppContext
  input: z.output<typeof schemas.readInvitationInput>
}): Promise<InvitationPreview> {
  const [found] = await ctx.db.drizzle
    .select({
      claimedBy: invitations.claimedBy,
      expiresAt: invitations.expiresAt,
      state: sessions.state,
      candidateName: sessions.candidateName,
      companyName: companies.name,
      definition: interviewVersions.definition,
    })
    .from(invitations)
    .innerJoin(sessions, eq(sessions.id, invitations.sessionId))
    .innerJoin(interviewVersions, versionOfSession)
    .innerJoin(companies, eq(companies.id, sessions.companyId))
    .where(
      and(
        eq(invitations.tokenHash, Buffer.from(hashLinkToken(input.token))),
        eq(invitations.kind, 'session'),
      ),
    )
  if (!found) throw linkInvalid()
  const isOpen = found.state === 'setup' && found.expiresAt.getTime() > ctx.clock.now().getTime()
  const isOwn = ctx.actor.kind === 'user' && found.claimedBy === ctx.actor.userId
  if (!isOpen && !isOwn) throw linkInvalid()
  // Only the interviews domain writes it, from a validated definition.
  const { title, introduction, limits, sensors, questions } = found.definition as InterviewDefinition
  return {
    companyName: found.companyName,
    interview: { title, introduction, limits, sensors, questionCount: questions.length },
    candidateName: found.candidateName,
    expiresAt: found.expiresAt.toISOString(),
  }
}
