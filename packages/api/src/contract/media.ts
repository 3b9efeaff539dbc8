import type { Sensor } from './signals.ts'

export const MEDIA_KINDS = ['audio', 'video', 'screen', 'image', 'document'] as const
export type MediaKind = (typeof MEDIA_KINDS)[number]

/** The content types each kind may have; the server looks at the bytes, not at the name. */
export const MEDIA_TYPES: Record<MediaKind, readonly string[]> = {
  audio: ['audio/webm', 'audio/ogg', 'audio/mpeg', 'audio/mp4', 'audio/wav'],
  video: ['video/webm', 'video/mp4'],
  screen: ['video/webm', 'video/mp4'],
  image: ['image/png', 'image/jpeg', 'image/webp'],
  document: ['application/pdf'],
}

/** The sensor that a kind comes from: without the candidate's consent to it none is kept. */
export const MEDIA_SENSORS = {
  audio: 'microphone',
  video: 'camera',
  screen: 'screen',
  image: null,
  document: null,
} as const satisfies Record<MediaKind, Sensor | null>

export const MEDIA_STATUSES = ['pending', 'stored', 'rejected'] as const
export type MediaStatus = (typeof MEDIA_STATUSES)[number]

/** Where and how to send the bytes: one `method` request to `url` with `headers` and exactly the announced bytes. */
export interface UploadTicket {
  mediaId: string
  url: string
  method: 'PUT'
  headers: Record<string, string>
  /** Whether `completeUpload` must be called afterwards, as with a presigned address of an object store. */
  completeAfterwards: boolean
  expiresAt: string
}

export interface MediaObject {
  id: string
  sessionId: string
  /** The question that was being answered; null where it belongs to none. */
  questionId: string | null
  kind: MediaKind
  contentType: string
  bytes: number
  sha256: string | null
  status: MediaStatus
  createdAt: string
  storedAt: string | null
}

/** A link for a reviewer, good until `expiresAt`, which answers Range requests. */
export interface MediaLink {
  url: string
  expiresAt: string
}
