import { createViva, type SessionHandle } from '@viva/client'
import { invite, newInterview, type Stage, type StagedInvitation } from './stage/index.ts'

/** What the candidate says, and what is quoted of it. */
export const SAID = {
  queue:
    'We built a queue. Each job is written first, so it survived every restart. It survived every restart but one.',
  quote: {
    text: 'survived every restart',
    start: 'We built a queue. Each job is written first, so it '.length,
  },
  fault: 'A disk was full. We now watch its space.',
}

/** An interview with two questions, the first of which draws a follow-up, and three criteria. */
function reportedInterview(stage: Stage) {
  const anchors = [
    { score: 1, behaviour: 'Names no part.' },
    { score: 5, behaviour: 'Names each part, and why it is there.' },
  ]
  const criterion = { description: 'What the answers say about it.', anchors }
  return newInterview(stage, {
    questions: [
      { id: 'built', kind: 'fixed', text: 'What did you build?', seconds: 600, maxFollowUps: 1 },
      { id: 'fault', kind: 'fixed', text: 'What went wrong?', seconds: 600, maxFollowUps: 0 },
    ],
    rubric: [
      { id: 'depth', name: 'Depth', weight: 3, ...criterion },
      { id: 'care', name: 'Care', weight: 1, ...criterion },
      { id: 'luck', name: 'Luck', weight: 1, ...criterion },
    ],
  })
}

/** Somebody who has begun such an interview, and what is left to do. */
export interface Begun extends StagedInvitation, AsyncDisposable {
  session: SessionHandle
  /** Answers what is left, and closes the session. */
  finish(): Promise<void>
}

/**
 * Begins an interview through the SDK: consent, the first question asked, signals that make two strikes.
 *
 * @param recording parts of a recording, made while the first question stands
 */
export async function beginSession(
  stage: Stage,
  options: { name: string; recording?: readonly Buffer[] },
): Promise<Begun> {
  const invited = await invite(stage, await reportedInterview(stage))
  const viva = createViva({ url: stage.url })
  const session = await viva.claim({ token: invited.token, name: options.name })
  await session.precheck({ consents: { browser: true, camera: options.recording !== undefined } })
  await session.start()
  const first = await session.nextQuestion()
  if (!first) throw new Error('the interview has a question')
  for (const kind of ['tab_hidden', 'tab_visible', 'tab_hidden', 'paste'] as const) await session.signal(kind)
  await session.flush()
  for (const part of options.recording ?? []) {
    await session.upload('video', part, { contentType: 'video/webm', questionId: first.id })
  }
  return {
    ...invited,
    session,
    async finish() {
      const texts = [SAID.queue, 'The monitoring told us.', SAID.fault]
      for (const text of texts) {
        const question = await session.nextQuestion()
        if (!question) break
        await session.answer({ questionId: question.id, text })
      }
      await session.finalize()
    },
    async [Symbol.asyncDispose]() {
      await Promise.resolve(viva.close())
    },
  }
}

/** Has a browser record its fake camera. Each part can be played by itself. */
export async function recordParts(stage: Stage, count: number): Promise<Buffer[]> {
  await using person = await stage.newPerson()
  await person.page.goto('/')
  const parts = await person.page.evaluate(async (wanted) => {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 320, height: 180 } })
    const made: string[] = []
    for (let part = 0; part < wanted; part += 1) {
      const recorder = new MediaRecorder(stream, { mimeType: 'video/webm' })
      const data = new Promise<Blob>((resolve) => {
        recorder.ondataavailable = (event) => resolve(event.data)
      })
      recorder.start()
      await new Promise((resolve) => setTimeout(resolve, 700))
      recorder.stop()
      const bytes = new Uint8Array(await (await data).arrayBuffer())
      made.push(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')))
    }
    for (const track of stream.getTracks()) track.stop()
    return made
  }, count)
  return parts.map((part) => Buffer.from(part, 'base64'))
}
