import {
  type ConnectionStatus,
  createViva,
  isVivaError,
  type Question,
  type SessionEvent,
  type SessionHandle,
  type Viva,
  type VivaApi,
} from '@viva/client'
import { type BundleReport, verifyBundle } from '@viva/client/evidence'
import { auth } from '@viva/client/schemas'

const viva: Viva = createViva({ storage: localStorage, onError: (error) => report(String(error)) })
const api: VivaApi = viva.api

function report(text: string): void {
  document.title = text
}

export async function sit(
  session: SessionHandle,
  file: File,
  show: (sentBytes: number) => void,
): Promise<string[]> {
  const status: ConnectionStatus = session.connection
  const question: Question | null = await session.nextQuestion()
  const texts = [status, question?.text ?? '']
  for await (const event of session.events({ after: 3 })) texts.push(textOf(event))
  await session.upload('video', file, { onProgress: ({ sentBytes }) => show(sentBytes) })
  return texts
}

/** The payload is known by the type. */
function textOf(event: SessionEvent): string {
  return event.type === 'answer.received' ? (event.payload?.text ?? '') : event.type
}

export async function review(companyId: string, sessionId: string): Promise<BundleReport> {
  // @ts-expect-error a list is not called without its company
  await api.sessions.list.query({})
  // @ts-expect-error there is no such state
  await api.sessions.list.query({ companyId, state: ['lost'] })
  const page = await api.sessions.list.query({ companyId })
  const title: string = page.items[0]?.interviewTitle ?? ''
  // @ts-expect-error a title is no number
  const wrong: number = title
  const stop = api.sessions.monitor.subscribe(
    { companyId, sessionId },
    { onData: ({ events, head }) => report(`${events.length} of ${head}, ${wrong}`) },
  )
  stop()
  const bundle = await api.sessions.exportEvidence.mutate({ companyId, sessionId })
  return verifyBundle(bundle)
}

export function advice(error: unknown): string {
  if (isVivaError(error, 'INVALID_STATE')) return error.details.allowed.join()
  const parsed = auth.logInInput.safeParse({ email: 'ada@example.com', password: '' })
  return parsed.success ? parsed.data.email : String(parsed.error)
}
