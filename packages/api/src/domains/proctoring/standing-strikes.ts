import { policyVersions, strikes } from '@viva/db/schema'
import { and, count, eq, isNull, ne, or } from 'drizzle-orm'
import type { PolicyRules } from '../../contract/index.ts'
import type { Reader, SessionRow } from '../sessions/index.ts'
import { toRules, versionOf } from './internal.ts'
import { callsForFlag, type StandingStrikes } from './policy-engine.ts'

type Session = Pick<SessionRow, 'id' | 'policyId' | 'policyVersion'>

/** The rules that a session runs by. */
export async function loadRules(db: Reader, session: Session): Promise<PolicyRules> {
  const [version] = await db
    .select({ rules: policyVersions.rules })
    .from(policyVersions)
    .where(versionOf(session))
  if (!version) throw new Error(`session ${session.id} has no policy`)
  return toRules(version.rules)
}

/** Counts the strikes of a session that nobody has lifted. */
export async function countStanding(db: Reader, sessionId: string): Promise<StandingStrikes> {
  const rows = await db
    .select({ severity: strikes.severity, n: count() })
    .from(strikes)
    .where(
      and(
        eq(strikes.sessionId, sessionId),
        or(isNull(strikes.reviewDecision), ne(strikes.reviewDecision, 'lifted')),
      ),
    )
    .groupBy(strikes.severity)
  const standing: StandingStrikes = { info: 0, minor: 0, major: 0 }
  for (const { severity, n } of rows) standing[severity] = n
  return standing
}

/** What a session's row says of the strikes that stand. */
export function toCounts(
  rules: PolicyRules,
  standing: StandingStrikes,
): Pick<SessionRow, 'strikeCount' | 'flagged'> {
  return {
    strikeCount: standing.info + standing.minor + standing.major,
    flagged: callsForFlag(rules, standing),
  }
}

/** What a session's row has to say, recounted from its strikes. */
export async function recount(db: Reader, session: Session): Promise<ReturnType<typeof toCounts>> {
  return toCounts(await loadRules(db, session), await countStanding(db, session.id))
}
