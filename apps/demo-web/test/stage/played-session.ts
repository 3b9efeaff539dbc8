import { randomUUID } from 'node:crypto'
import { createViva, type SignalKind } from '@viva/client'
import { invite, newInterview, type StagedInterview, type StagedInvitation } from './interviewing.ts'
import type { Stage } from './stage.ts'

/** What a candidate does who needs no browser. */
export interface PlayOptions {
  interview?: StagedInterview
  name?: string
  /** What their browser reports while they answer the first question. */
  signals?: readonly SignalKind[]
  /** How far they go; to the end where absent. */
  until?: 'active'
}

/** Has somebody sit an interview through the SDK: for tests of what comes after it. */
export async function playSession(
  stage: Stage,
  { interview, name = 'Sam Played', signals = [], until }: PlayOptions = {},
): Promise<StagedInvitation> {
  const invited = await invite(stage, interview ?? (await newInterview(stage)))
  const viva = createViva({ url: stage.url })
  try {
    const session = await viva.claim({ token: invited.token, name })
    await session.precheck({ consents: { browser: true } })
    await session.start()
    let question = await session.nextQuestion()
    for (const kind of signals) await session.signal(kind)
    if (until === 'active') {
      await session.flush()
      return invited
    }
    while (question) {
      await session.answer({ questionId: question.id, text: `A queue, and its worker. ${randomUUID()}` })
      question = await session.nextQuestion()
    }
    await session.finalize()
    return invited
  } finally {
    viva.close()
  }
}
