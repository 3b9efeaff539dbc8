import type { SessionTokens } from '@viva/api/contract'
import type { ApiClient } from '@viva/api/testing'
import { clientOf, newKey } from './company.ts'

/** The smallest PNG: one pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=',
  'base64',
)

/** A guest who has claimed a session by its link. */
export interface Claimed {
  sessionId: string
  userId: string
  accessToken: string
  refreshToken: string
  authSessionId: string
  tokens: SessionTokens
  /** The session API (IST). */
  session: ApiClient
  /** Signals (ACET). */
  signals: ApiClient
}

/** Invites a candidate and claims the link for them, as a guest. */
export async function claimedSession(
  url: string,
  { inviter, companyId, interviewId }: { inviter: ApiClient; companyId: string; interviewId: string },
): Promise<Claimed> {
  const { sessionId, token } = await inviter.sessions.invite.mutate({
    companyId,
    interviewId,
    idempotencyKey: newKey(),
  })
  const { auth, grant } = await clientOf(url).sessions.claim.mutate({ token })
  if (!auth?.tokens.refreshToken) throw new Error('the guest was not logged in')
  const { accessToken, refreshToken, authSessionId } = auth.tokens
  return {
    sessionId,
    userId: auth.user.id,
    accessToken,
    refreshToken,
    authSessionId,
    tokens: grant.tokens,
    session: clientOf(url, grant.tokens.ist),
    signals: clientOf(url, grant.tokens.acet),
  }
}

/** A session that is under way, with something of everything in it. */
export interface Sitting extends Claimed {
  /** The question that waits for an answer. */
  questionId: string
  /** A recording that is stored. */
  mediaId: string
  /** An AI run. */
  runId: string
  /** A strike, for text that was pasted. */
  strikeId: string
  /** The token of one more upload, whose bytes were not sent. */
  upt: string
}

/** Consents to what uploads need. */
export async function getReady(claimed: Claimed): Promise<Claimed> {
  const { sessionId, session } = claimed
  await session.sessions.precheck.mutate({ sessionId, consents: { browser: true, microphone: true } })
  return claimed
}

/** Takes a claimed session through consent, its first answer, an upload, an AI question and a strike. */
export async function sitDown(claimed: Claimed): Promise<Sitting> {
  const { sessionId, session } = claimed
  await getReady(claimed)
  await session.sessions.start.mutate({ sessionId, idempotencyKey: newKey() })
  const first = await session.sessions.nextQuestion.mutate({ sessionId, idempotencyKey: newKey() })
  if (first.kind !== 'asked') throw new Error(`the first question is ${first.kind}`)
  await session.sessions.answer.mutate({
    sessionId,
    questionId: first.question.id,
    text: 'A queue, and the worker that empties it.',
    idempotencyKey: newKey(),
  })
  const { mediaId } = await upload(claimed)
  const { upt } = await announceUpload(claimed)
  const second = await session.sessions.nextQuestion.mutate({ sessionId, idempotencyKey: newKey() })
  if (second.kind !== 'pending') throw new Error(`the AI question is ${second.kind}`)
  const questionId = await currentQuestion(session, sessionId)
  const strikeId = await paste(claimed)
  return { ...claimed, questionId, mediaId, runId: second.runId, strikeId, upt }
}

/** Does what the standard policy gives a strike for. */
async function paste({ signals, sessionId }: Claimed): Promise<string> {
  const clientTime = new Date().toISOString()
  const { strikes } = await signals.proctoring.record.mutate({
    sessionId,
    signals: [{ clientSeq: 1, clientTime, kind: 'paste' }],
  })
  const [strike] = strikes
  if (!strike) throw new Error('pasting gave no strike')
  return strike.id
}

async function announceUpload({ session, sessionId }: Claimed) {
  const ticket = await session.media.createUpload.mutate({
    sessionId,
    kind: 'image',
    contentType: 'image/png',
    bytes: PIXEL.length,
    idempotencyKey: newKey(),
  })
  const authorization = new Headers(ticket.headers).get('authorization') ?? ''
  return { ticket, upt: authorization.replace(/^Bearer /, '') }
}

async function upload(claimed: Claimed): Promise<{ mediaId: string }> {
  const { ticket } = await announceUpload(claimed)
  const { url, method, headers, mediaId } = ticket
  const answer = await fetch(url, { method, headers, body: PIXEL })
  if (!answer.ok) throw new Error(`the upload answered ${answer.status}: ${await answer.text()}`)
  await answer.body?.cancel()
  return { mediaId }
}

/** Waits until a question is asked: the AI's run may still be writing it. */
async function currentQuestion(session: ApiClient, sessionId: string): Promise<string> {
  const deadline = performance.now() + 10_000
  while (performance.now() < deadline) {
    const { currentQuestion: question } = await session.sessions.current.query({ sessionId })
    if (question !== null && !question.answered) return question.id
    // Following the event stream would be quicker by milliseconds; this is not what the tests are about.
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('no question came')
}
