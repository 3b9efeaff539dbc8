import { createHash, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import {
  type AnswerReceipt,
  createViva,
  EVENT_TYPES,
  newKey,
  type SessionEvent,
  type SessionHandle,
  type Viva,
} from '@viva/client'
import { check, checkEqual } from './check.ts'
import { INTERVIEW, QUESTIONS } from './interview.ts'
import { detail, plural, say, shorten } from './print.ts'
import { reviewEvidence } from './review.ts'
import { createSteps } from './steps.ts'
import { readTranscript } from './transcript.ts'
import { follow } from './witness.ts'

/** What the candidate's browser reports while the second answer is written; two of the standard policy's rules object. */
const SIGNALS = ['tab_hidden', 'tab_visible', 'paste', 'tab_hidden', 'tab_visible'] as const
const STRIKES = ['left-the-page', 'pasted-text']

/**
 * Plays a whole interview against the server at `url`, as its users would: three people, each with a client of their own.
 *
 * @throws at the first thing that is not as it should be
 */
export async function play(url: string): Promise<void> {
  const answers = await readTranscript()
  checkEqual('answers in the transcript', answers.length, QUESTIONS)
  const [admin, reviewer, candidate] = [createViva({ url }), createViva({ url }), createViva({ url })]
  const steps = createSteps()
  try {
    const companyId = await steps.run('Company', () => foundCompany(admin, reviewer))
    const interviewId = await steps.run('Interview', () => publishInterview(admin, companyId))
    const { sessionId, token } = await steps.run('Invitation', () => invite(admin, companyId, interviewId))

    const monitor = reviewer.monitor({ companyId, sessionId })
    const toReviewer = follow('reviewer', monitor)
    const session = await steps.run('Claim', () => claim(candidate, token))
    const toCandidate = follow('candidate', session)
    /** A step is over once everybody has been told of it. */
    const told = (what: string, matches: (event: SessionEvent) => boolean) =>
      Promise.all([toReviewer.heard(what, matches), toCandidate.heard(what, matches)])
    await steps.run('Consent', async () => {
      await consent(session)
      await told('the consent', ({ type }) => type === 'session.prechecked')
    })
    for (const [index, answer] of answers.entries()) {
      await steps.run(`Question ${index + 1}`, async () => {
        if (index === 0) await start(session)
        const { seq } = await answerNext(session, index, answer)
        await told(`answer ${index + 1}`, (event) => event.seq === seq)
      })
    }
    const headHash = await steps.run('Finalize', async () => {
      const head = await finalize(session)
      await told('the end', ({ hash }) => hash === head)
      return head
    })
    const ahead = session.serverNow().getTime() - Date.now()
    const expected = { headHash, answers, strikes: STRIKES }
    const events = await steps.run('Report and evidence', () =>
      reviewEvidence({ reviewer, monitor, url, companyId, sessionId, ...expected }),
    )
    checkEqual('events that the reviewer was told of, once and in order', toReviewer.events, events)
    checkEqual(
      'events that the candidate was told of, once and in order',
      toCandidate.events.map(({ seq }) => seq),
      events.filter(({ type }) => EVENT_TYPES[type].candidate).map(({ seq }) => seq),
    )
    say()
    steps.summarize(events, ahead)
  } finally {
    for (const viva of [candidate, reviewer, admin]) viva.close()
  }
}

async function foundCompany(admin: Viva, reviewer: Viva): Promise<string> {
  await signUpAndIn(admin, 'Demo Admin')
  const { email } = await signUpAndIn(reviewer, 'Demo Reviewer')
  const { id: companyId, name } = await admin.api.companies.create.mutate({
    name: 'Demo Company',
    idempotencyKey: newKey(),
  })
  const invitation = await admin.api.companies.inviteMember.mutate({ companyId, email, role: 'reviewer' })
  const { role } = await reviewer.api.companies.acceptInvitation.mutate({ token: invitation.token })
  checkEqual('role of the invited member', role, 'reviewer')
  detail(`${name}: an admin who made it, and a reviewer who joined by invitation`)
  return companyId
}

/** An account under an address that nobody else has, so that the demo can be played again on the same server. */
async function signUpAndIn(viva: Viva, name: string): Promise<{ email: string }> {
  const account = { email: `demo-${randomUUID()}@example.test`, password: randomUUID(), name }
  await viva.signUp(account)
  const user = await viva.logIn(account)
  checkEqual('who is signed in', [user.name, user.guest], [name, false])
  return account
}

async function publishInterview(admin: Viva, companyId: string): Promise<string> {
  const { items: policies } = await admin.api.proctoring.listPolicies.query({ companyId })
  const [standard] = policies
  check(standard, 'a company has a standard policy from its first day')
  const { title, introduction, questions, rubric, limits, sensors } = INTERVIEW
  const draft = await admin.api.interviews.create.mutate({
    companyId,
    idempotencyKey: newKey(),
    definition: {
      title,
      introduction,
      questions: [...questions],
      rubric: rubric.map((criterion) => ({ ...criterion, anchors: [...criterion.anchors] })),
      limits,
      sensors: [...sensors],
      policy: { policyId: standard.id, version: standard.version },
    },
  })
  const published = await admin.api.interviews.publish.mutate({
    companyId,
    interviewId: draft.id,
    version: 1,
  })
  checkEqual('published version', published.publishedVersion, 1)
  detail(`“${title}”, version 1 published: a fixed question with a follow-up, one by the AI`)
  detail(`policy “${standard.name}”, version ${standard.version}: strikes are for a person to judge`)
  return draft.id
}

async function invite(admin: Viva, companyId: string, interviewId: string) {
  const invitation = await admin.api.sessions.invite.mutate({
    companyId,
    interviewId,
    candidate: { name: 'Demo Candidate' },
    idempotencyKey: newKey(),
  })
  detail(`a link that works once, until ${invitation.expiresAt.slice(0, 10)}`)
  return invitation
}

async function claim(candidate: Viva, token: string): Promise<SessionHandle> {
  const session = await candidate.claim({ token })
  check(candidate.user?.guest, 'the candidate is a guest, without an account')
  checkEqual('state of the claimed session', session.latest?.state, 'precheck')
  detail('by the link, as a guest')
  return session
}

async function consent(session: SessionHandle): Promise<void> {
  const consents = { browser: true, camera: false }
  const { state } = await session.precheck({ consents, device: { kind: 'demo', terminal: true } })
  checkEqual('state after the consent', state, 'ready')
  detail('the browser may be observed, the camera may not')
}

async function start(session: SessionHandle): Promise<void> {
  const { state, startedAt } = await session.start()
  checkEqual('state after the start', state, 'active')
  check(startedAt, 'the server has noted the time of the start')
}

async function answerNext(session: SessionHandle, index: number, text: string): Promise<AnswerReceipt> {
  const question = await session.nextQuestion()
  check(question, `question ${index + 1} is asked`)
  checkEqual('position of the question', question.position, index + 1)
  checkEqual(`question ${index + 1} is a follow-up`, question.followUpOf !== null, index === 1)
  if (index === 1) await attractAttention(session)
  const mediaId = index === 2 ? await uploadSketch(session) : undefined
  const receipt = await session.answer({ questionId: question.id, text, mediaId })
  checkEqual(`answer ${index + 1} is late`, receipt.late, false)
  detail(`answered in ${plural(text.split(/\s+/).length, 'word')}: “${shorten(text, 60)}”`)
  return receipt
}

async function attractAttention(session: SessionHandle): Promise<void> {
  for (const kind of SIGNALS) await session.signal(kind, kind === 'paste' ? { characters: 240 } : undefined)
  await session.flush()
  checkEqual('signals that still wait', session.pending, 0)
  checkEqual('signals that were refused', session.rejected, [])
  detail(`the browser reports ${SIGNALS.join(', ')}`)
}

async function uploadSketch(session: SessionHandle): Promise<string> {
  const sketch = await readFile(new URL('../sketch.png', import.meta.url))
  const stored = await session.upload('image', new Uint8Array(sketch), { contentType: 'image/png' })
  checkEqual('status of the upload', stored.status, 'stored')
  checkEqual('hash of the stored bytes', stored.sha256, createHash('sha256').update(sketch).digest('hex'))
  detail(`uploaded a sketch: ${stored.contentType}, ${stored.bytes} bytes`)
  return stored.id
}

/** @returns the hash of the log's head, which a candidate can keep as a receipt */
async function finalize(session: SessionHandle): Promise<string> {
  checkEqual('question after the last one', await session.nextQuestion(), null)
  const { state, questions, answers, signals, strikes, media, headHash } = await session.finalize()
  checkEqual(
    'summary of the session',
    { state, questions, answers, signals, strikes, media },
    {
      state: 'completed',
      questions: QUESTIONS,
      answers: QUESTIONS,
      signals: SIGNALS.length,
      strikes: STRIKES.length,
      media: 1,
    },
  )
  detail(`sealed; the candidate keeps the hash ${headHash.slice(0, 16)}… as a receipt`)
  return headHash
}
