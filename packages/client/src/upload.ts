import type { MediaKind, MediaObject, UploadTicket } from '@viva/api/contract'
import type { Call } from './call.ts'
import { aborted, fromBody, isErrorBody, isVivaError, networkError, VivaError } from './errors.ts'
import { type Fetch, parseJson } from './http.ts'
import { newKey } from './session-entries.ts'
import { createSleeper } from './timing.ts'

/** What can be uploaded. A stream must be sent with its size. */
export type UploadBody = Blob | Uint8Array | ReadableStream<Uint8Array>

/** How an upload is made. */
export interface UploadOptions {
  /** Such as `video/webm`. A Blob's own type where absent. The server looks at the bytes and refuses others. */
  contentType?: string | undefined
  /** Exact size in bytes; needed for a stream alone. */
  bytes?: number | undefined
  /** The question that it belongs to, where it is a part of an answer. */
  questionId?: string | undefined
  /** Told how much has been sent. */
  onProgress?: ((progress: { sentBytes: number; totalBytes: number }) => void) | undefined
  signal?: AbortSignal | undefined
}

/** Tries for a body that can be sent again; a stream has one. */
const TRIES = 4

interface Upload {
  call: Call
  fetch: Fetch
  retryDelayMs: (attempt: number) => number
  sessionId: string
  kind: MediaKind
  body: UploadBody
  options: UploadOptions
}

/**
 * Announces an upload, sends its bytes, and where they go straight to an object store, says that they are there. The
 * same upload is tried again after a broken connection; the server stores it once.
 *
 * @throws PAYLOAD_TOO_LARGE, MEDIA_TYPE_MISMATCH, UPLOAD_INCOMPLETE, INVALID_INPUT, INVALID_STATE, NETWORK, ABORTED
 */
export async function upload(work: Upload): Promise<MediaObject> {
  const { call, sessionId, kind, body, options, retryDelayMs } = work
  const { signal } = options
  const contentType = options.contentType ?? (body instanceof Blob ? body.type : '')
  const bytes = options.bytes ?? sizeOf(body)
  const idempotencyKey = newKey()
  const { questionId } = options
  const announce = { sessionId, kind, contentType, bytes, questionId, idempotencyKey }
  const sleeper = createSleeper()
  for (let attempt = 0; ; attempt += 1) {
    try {
      const ticket = (await call('mutation', 'media.createUpload', announce, { signal })) as UploadTicket
      const stored = await put(work, ticket, bytes)
      if (!ticket.completeAfterwards) return stored as MediaObject
      const done = { sessionId, mediaId: ticket.mediaId }
      return (await call('mutation', 'media.completeUpload', done, { signal })) as MediaObject
    } catch (error) {
      const mayRepeat = !(body instanceof ReadableStream) && attempt + 1 < TRIES
      if (!mayRepeat || !isVivaError(error, 'NETWORK', 'OVERLOADED', 'UPLOAD_INCOMPLETE')) throw error
      await sleeper.sleep(retryDelayMs(attempt), signal)
    }
  }
}

function sizeOf(body: UploadBody): number {
  if (body instanceof Blob) return body.size
  if (body instanceof Uint8Array) return body.byteLength
  const issues = [{ path: 'bytes', message: 'is needed for a stream' }]
  throw new VivaError('INVALID_INPUT', 'Say how many bytes the stream has.', { issues })
}

/** Sends the bytes; the answer's body, parsed. */
function put(work: Upload, ticket: UploadTicket, totalBytes: number): Promise<unknown> {
  const { onProgress } = work.options
  const told = (sentBytes: number) => onProgress?.({ sentBytes, totalBytes })
  // In browsers a request alone tells its progress, and most can stream no body with fetch.
  return typeof XMLHttpRequest === 'undefined' ? putByFetch(work, ticket, told) : putByXhr(work, ticket, told)
}

async function putByFetch(
  work: Upload,
  ticket: UploadTicket,
  told: (sent: number) => void,
): Promise<unknown> {
  const { fetch, options } = work
  const streams = work.body instanceof ReadableStream || options.onProgress !== undefined
  // An object store wants the size ahead, which a streamed body cannot say.
  const body =
    streams && !ticket.completeAfterwards ? counted(toStream(work.body), told) : await toBlob(work.body)
  const init: RequestInit & { duplex?: 'half' } = {
    method: ticket.method,
    headers: ticket.headers,
    body,
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  }
  let status: number
  let text: string
  try {
    const response = await fetch(ticket.url, init)
    status = response.status
    text = await response.text()
  } catch (error) {
    throw options.signal?.aborted ? aborted(error) : networkError(error)
  }
  if (body instanceof Blob) told(body.size)
  return readAnswer(status, text)
}

async function putByXhr(work: Upload, ticket: UploadTicket, told: (sent: number) => void): Promise<unknown> {
  const body = await toBlob(work.body)
  const { signal } = work.options
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const abort = () => request.abort()
    request.open(ticket.method, ticket.url)
    for (const [name, value] of Object.entries(ticket.headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded }) => told(loaded)
    request.onload = () => {
      try {
        resolve(readAnswer(request.status, request.responseText))
      } catch (error) {
        reject(error)
      }
    }
    request.onerror = () => reject(networkError())
    request.onabort = () => reject(aborted(signal?.reason))
    request.onloadend = () => signal?.removeEventListener('abort', abort)
    if (signal?.aborted) return reject(aborted(signal.reason))
    signal?.addEventListener('abort', abort)
    request.send(body)
  })
}

function readAnswer(status: number, text: string): unknown {
  const body = parseJson(text)
  if (status >= 200 && status < 300) return body
  if (isErrorBody(body)) throw fromBody(body, status)
  if (status >= 500) throw networkError()
  throw new VivaError('PROTOCOL', `The upload was refused with status ${status}.`, { status })
}

function toBlob(body: UploadBody): Blob | Promise<Blob> {
  if (body instanceof Blob) return body
  return body instanceof Uint8Array ? blobOf(body) : new Response(body as ReadableStream).blob()
}

function blobOf(body: Uint8Array): Blob {
  // Of memory that is shared with other threads, which only the type allows for here, a copy would have to be made.
  return new Blob([body as Uint8Array<ArrayBuffer>])
}

function toStream(body: UploadBody): ReadableStream<Uint8Array> {
  if (body instanceof ReadableStream) return body
  return (body instanceof Blob ? body : blobOf(body)).stream()
}

/** Passes a stream on and tells how much of it has gone. */
function counted(
  body: ReadableStream<Uint8Array>,
  told: (sent: number) => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let sent = 0
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        sent += chunk.byteLength
        told(sent)
        controller.enqueue(chunk as Uint8Array<ArrayBuffer>)
      },
    }),
  )
}
