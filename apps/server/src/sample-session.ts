import type { Ports } from '@viva/api'
import { demoAnswers } from './demo-answers.ts'
import { demoScreening } from './demo-screening.ts'
import { type InProcessApi, inProcessApi } from './in-process-api.ts'

const CANDIDATE = 'Casey Candidate'
/** Calls with it are made once, however often a start breaks off and however many servers start together. */
const key = (step: string): string => `demo-screening-${step}`

/** Whether the demo's company still lacks its sample: nobody has finished or begun a session there but the sample's candidate. */
export async function lacksSample(ports: Ports, companyId: string): Promise<boolean> {
  const [session] = await ports.db.sql`
    select 1 from sessions where company_id = ${companyId}
      and (state in ('completed', 'ended') or candidate_name is distinct from ${CANDIDATE}) limit 1`
  return session === undefined
}

/**
 * Makes the demo's screening and one finished session of it, so that there is a report to look at: played through the
 * API, as a company and a guest would. Safe to run again, also after a start that broke off and on several instances at
 * once: each call has a key of its own, and signals are numbered, so that what was done before stays done.
 *
 * @param boss the API as a member who may make interviews and invite
 */
export async function playSample(ports: Ports, boss: InProcessApi, companyId: string): Promise<void> {
  const { id: interviewId } = await boss.interviews.create({
    companyId,
    definition: demoScreening,
    idempotencyKey: key('interview'),
  })
  await boss.interviews.publish({ companyId, interviewId, version: 1 })
  const { token } = await boss.sessions.invite({
    companyId,
    interviewId,
    candidate: { name: CANDIDATE },
    idempotencyKey: key('invitation'),
  })
  const { grant } = await inProcessApi(ports).sessions.claim({
    token,
    name: CANDIDATE,
    idempotencyKey: key('claim'),
  })
  const sessionId = grant.session.id
  const candidate = inProcessApi(ports, grant.tokens.ist)
  const browser = inProcessApi(ports, grant.tokens.acet)

  if (grant.session.allowed.includes('precheck')) {
    // The camera is declined: the other way must be worth the same.
    await candidate.sessions.precheck({ sessionId, consents: { browser: true, camera: false } })
  }
  await candidate.sessions.start({ sessionId, idempotencyKey: key('start') })
  let clientSeq = 0
  for (const [index, { text, signals }] of demoAnswers.entries()) {
    const idempotencyKey = key(`question-${index + 1}`)
    const next = await candidate.sessions.nextQuestion({ sessionId, idempotencyKey })
    if (next.kind !== 'asked') throw new Error(`question ${index + 1} of the sample session is ${next.kind}`)
    const { id: questionId, askedAt } = next.question
    if (signals.length > 0) {
      // A time that is the same at each attempt, or a repeated signal would be another one.
      const clientTime = askedAt
      await browser.proctoring.record({
        sessionId,
        signals: signals.map((kind, offset) => ({ clientSeq: clientSeq + offset + 1, clientTime, kind })),
      })
      clientSeq += signals.length
    }
    await candidate.sessions.answer({
      sessionId,
      questionId,
      text,
      idempotencyKey: key(`answer-${index + 1}`),
    })
  }
  await candidate.sessions.finalize({ sessionId, idempotencyKey: key('end') })
}
