import type { Report, StrikeReview } from '@viva/client'

/**
 * A report in which a decision shows at once: with the strike, and in the count of strikes that stand. Whether the session
 * stays flagged is the policy's to say, and comes from the server.
 */
export function withReview(report: Report, strikeId: string, review: StrikeReview): Report {
  const strikes = report.strikes.map((strike) => (strike.id === strikeId ? { ...strike, review } : strike))
  const strikeCount = strikes.filter((strike) => strike.review?.decision !== 'lifted').length
  return { ...report, strikes, session: { ...report.session, strikeCount } }
}
