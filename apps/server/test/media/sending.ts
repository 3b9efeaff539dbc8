import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { AppErrorBody, MediaObject, UploadTicket } from '@viva/api/contract'
import type { MediaApp } from './media-app.ts'

/** What the raw route answered: an upload or an error. */
export interface Answer {
  status: number
  body: Partial<MediaObject & AppErrorBody>
}

/** Sends a whole body; a stream goes in pieces, without a Content-Length. */
export async function put(
  media: MediaApp,
  ticket: UploadTicket,
  body: Uint8Array | Readable,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await fetch(media.here(ticket.url), {
    method: 'PUT',
    headers: { ...ticket.headers, ...headers },
    body: body instanceof Readable ? Readable.toWeb(body) : new Uint8Array(body),
    duplex: 'half',
  })
  return { status: answer.status, body: JSON.parse(await answer.text()) }
}

/** Begins a request and leaves its body to the test. */
export function begin(
  media: MediaApp,
  ticket: UploadTicket,
  headers: Record<string, string | number> = {},
): ClientRequest {
  const sending = request(media.here(ticket.url), {
    method: 'PUT',
    headers: { ...ticket.headers, ...headers },
    agent: false,
  })
  sending.on('error', () => undefined)
  sending.flushHeaders()
  return sending
}

/** Waits for the answer to a request that was begun. */
export async function answerTo(sending: ClientRequest): Promise<Answer> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    sending.once('response', resolve)
    sending.once('error', reject)
  })
  return { status: answer.statusCode ?? 0, body: JSON.parse(await text(answer)) }
}
