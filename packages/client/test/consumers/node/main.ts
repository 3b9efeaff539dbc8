/** Plays a short interview against the server at the first argument, and prints what came of it as JSON. */
import { randomUUID } from 'node:crypto'
import { createViva, isVivaError, newKey } from '@viva/client'
import { parseBundle, verifyBundle } from '@viva/client/evidence'
import { sessions } from '@viva/client/schemas'

const url = process.argv[2] ?? ''
const member = createViva({ url })
const account = { email: `${randomUUID()}@example.com`, password: 'correct horse battery' }
await member.signUp({ ...account, name: 'Ada' })
await member.logIn(account)
const { id: companyId } = await member.api.companies.create.mutate({ name: 'Acme', idempotencyKey: newKey() })
const { id: interviewId } = await member.api.interviews.create.mutate({
  companyId,
  definition: {
    title: 'Short',
    questions: [{ id: 'one', kind: 'fixed', text: 'Why?' }],
    limits: { totalSeconds: 600, questionSeconds: 60 },
  },
  idempotencyKey: newKey(),
})
await member.api.interviews.publish.mutate({ companyId, interviewId, version: 1 })
const invitation = { companyId, interviewId, idempotencyKey: newKey() }
sessions.inviteInput.parse(invitation)
const { token } = await member.api.sessions.invite.mutate(invitation)

const candidate = createViva({ url })
const session = await candidate.claim({ token, name: 'Grace' })
await session.precheck({ consents: {} })
await session.start()
const seen: number[] = []
const done = (async () => {
  for await (const event of session.events()) {
    seen.push(event.seq)
    if (event.type === 'session.transitioned' && event.payload?.to === 'completed') return
  }
})()
const question = await session.nextQuestion()
await session.answer({ questionId: question?.id ?? '', text: 'Because.' })
await session.signal('paste')
const summary = await session.finalize()
await done
const again: unknown = await session.start().catch((error: unknown) => error)

const bundle = parseBundle(
  await member.api.sessions.exportEvidence.mutate({ companyId, sessionId: session.id }),
)
const report = await verifyBundle(bundle)
member.close()
candidate.close()
// The process ends by itself: nothing that was closed keeps it alive.
process.stdout.write(
  `${JSON.stringify({
    state: summary.state,
    answers: summary.answers,
    signals: summary.signals,
    inOrder: seen.every((seq, index) => seq > (seen[index - 1] ?? 0)) && seen.at(-1) === summary.events,
    refused: isVivaError(again, 'INVALID_STATE') ? again.details.state : null,
    verified: report.ok,
  })}\n`,
)
