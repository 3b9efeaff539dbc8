import type { EvidenceBundle } from '@viva/evidence'
import type {
  AnswerReceipt,
  CandidateSession,
  ChainStatus,
  InvitationPreview,
  NextQuestion,
  OwnSession,
  Page,
  Session,
  SessionClaim,
  SessionGrant,
  SessionInvitation,
  SessionSummary,
  SessionTokens,
} from '../../contract/index.ts'
import { sessions as schema } from '../../contract/schemas.ts'
import type { RateLimit } from '../../core/ports.ts'
import { output } from '../../trpc/output.ts'
import {
  companyProcedure,
  optionalUserProcedure,
  sessionProcedure,
  userProcedure,
} from '../../trpc/procedures.ts'
import { trackedStream } from '../../trpc/tracked.ts'
import { answer } from './answer.ts'
import { claim } from './claim.ts'
import { createOpen } from './create-open.ts'
import { current } from './current.ts'
import { end } from './end.ts'
import { events } from './events.ts'
import { exportEvidence } from './export-evidence.ts'
import { finalize } from './finalize.ts'
import { get } from './get.ts'
import { invite } from './invite.ts'
import { list } from './list.ts'
import { mine } from './mine.ts'
import { monitor } from './monitor.ts'
import { nextQuestion } from './next-question.ts'
import { precheck } from './precheck.ts'
import { readInvitation } from './read-invitation.ts'
import { refreshTokens } from './refresh-tokens.ts'
import { start } from './start.ts'
import { summary } from './summary.ts'
import { verify } from './verify.ts'
import { withdraw } from './withdraw.ts'

/** Reads a whole log and hashes it: dear where other calls are cheap. */
const WHOLE_LOG: RateLimit = { name: 'whole-log', points: 60, seconds: 60 }
/** Links that one address may try: a whole school may sit behind it, and a link's 256 bits are not guessed at any rate. */
const linksOf = (name: string): RateLimit => ({ name, points: 600, seconds: 60 })

export const sessionsRouter = {
  // For members of the company.
  invite: companyProcedure('sessions.invite')
    .input(schema.inviteInput)
    .output(output<SessionInvitation>())
    .mutation(invite),
  get: companyProcedure('sessions.read')
    .input(schema.companySessionInput)
    .output(output<Session>())
    .query(get),
  list: companyProcedure('sessions.read')
    .input(schema.listSessionsInput)
    .output(output<Page<Session>>())
    .query(list),
  end: companyProcedure('sessions.end').input(schema.endSessionInput).output(output<Session>()).mutation(end),
  monitor: companyProcedure('sessions.read')
    .input(schema.monitorInput)
    .subscription(({ ctx, input, signal }) =>
      trackedStream(ctx, signal, (abort) => monitor({ ctx, input, signal: abort })),
    ),
  verify: companyProcedure('reports.read', WHOLE_LOG)
    .input(schema.companySessionInput)
    .output(output<ChainStatus>())
    .query(verify),
  exportEvidence: companyProcedure('evidence.export', WHOLE_LOG)
    .input(schema.companySessionInput)
    .output(output<EvidenceBundle>())
    .mutation(exportEvidence),

  // For the candidate, by link or account.
  readInvitation: optionalUserProcedure(linksOf('sessions.readInvitation'))
    .input(schema.readInvitationInput)
    .output(output<InvitationPreview>())
    .mutation(readInvitation),
  claim: optionalUserProcedure(linksOf('sessions.claim'))
    .input(schema.claimInput)
    .output(output<SessionClaim>())
    .mutation(claim),
  createOpen: userProcedure()
    .input(schema.createOpenInput)
    .output(output<SessionGrant>())
    .mutation(createOpen),
  mine: userProcedure().input(schema.ownSessionsInput).output(output<Page<OwnSession>>()).query(mine),
  refreshTokens: userProcedure()
    .input(schema.sessionInput)
    .output(output<SessionTokens>())
    .mutation(refreshTokens),

  // For the candidate, by a token of the session.
  current: sessionProcedure('ist')
    .input(schema.sessionInput)
    .output(output<CandidateSession>())
    .query(current),
  precheck: sessionProcedure('ist')
    .input(schema.precheckInput)
    .output(output<CandidateSession>())
    .mutation(precheck),
  start: sessionProcedure('ist')
    .input(schema.keyedSessionInput)
    .output(output<CandidateSession>())
    .mutation(start),
  nextQuestion: sessionProcedure('ist')
    .input(schema.keyedSessionInput)
    .output(output<NextQuestion>())
    .mutation(nextQuestion),
  answer: sessionProcedure('ist').input(schema.answerInput).output(output<AnswerReceipt>()).mutation(answer),
  finalize: sessionProcedure('ist')
    .input(schema.keyedSessionInput)
    .output(output<SessionSummary>())
    .mutation(finalize),
  withdraw: sessionProcedure('ist')
    .input(schema.withdrawInput)
    .output(output<SessionSummary>())
    .mutation(withdraw),
  summary: sessionProcedure('ist').input(schema.sessionInput).output(output<SessionSummary>()).query(summary),
  events: sessionProcedure('wst')
    .input(schema.eventsInput)
    .subscription(({ ctx, input, signal }) =>
      trackedStream(ctx, signal, (abort) => events({ ctx, input, signal: abort })),
    ),
}
