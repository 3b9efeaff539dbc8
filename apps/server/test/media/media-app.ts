import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemRandom } from '@viva/api'
import type { MediaKind, UploadTicket } from '@viva/api/contract'
import {
  createApiClient,
  createTestClock,
  openApiSocket,
  type TestApp,
  type TestCandidate,
} from '@viva/api/testing'
import { createDiskStorage } from '../../src/adapters/storage-disk.ts'
import { startLocalServer } from '../stage/local-server.ts'

/** The real server over a storage on disk, as the API's test kit and the tests of recordings see it. */
export interface MediaApp extends AsyncDisposable {
  readonly app: TestApp
  readonly folder: string
  /** Every file below the storage's folder, half-written ones too, by its path. */
  files(): Promise<string[]>
  /** The address of a ticket or a link on this very instance. */
  here(url: string): string
  close(): Promise<void>
}

/** @param beside another one, to be a second instance over the same database and folder */
export async function startMediaApp(beside?: MediaApp): Promise<MediaApp> {
  const folder = beside?.folder ?? (await mkdtemp(join(tmpdir(), 'viva-media-')))
  const clock = createTestClock()
  const storage = await createDiskStorage(folder, systemRandom)
  const local = await startLocalServer({
    overrides: { storage, clock },
    ...(beside ? { database: beside.app.database } : {}),
  })
  const { url, server, database } = local
  // One service under one name, whatever its instances' ports: a token of either is good at both.
  if (beside) server.ctx.config.publicUrl = beside.app.ctx.config.publicUrl

  async function close(): Promise<void> {
    await local[Symbol.asyncDispose]()
    if (!beside) await rm(folder, { recursive: true })
  }
  const app: TestApp = {
    url,
    ctx: server.ctx,
    db: database.db,
    clock,
    database,
    client: (token, extra = {}) => createApiClient({ url, token, ...extra }),
    socket: (tokens) => openApiSocket({ url, tokens }),
    cutSockets: () => undefined,
    close,
    [Symbol.asyncDispose]: close,
  }
  return {
    app,
    folder,
    async files() {
      const found = await readdir(folder, { recursive: true, withFileTypes: true })
      return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    },
    here: (address) => url + address.slice(new URL(address).origin.length),
    close,
    [Symbol.asyncDispose]: close,
  }
}

let keys = 0

/** Announces an upload as the candidate's browser would. */
export function announce(
  candidate: TestCandidate,
  upload: { kind?: MediaKind; contentType?: string; bytes: number },
): Promise<UploadTicket> {
  const { kind = 'video', contentType = 'video/webm;codecs=vp9', bytes } = upload
  const idempotencyKey = `media-test-${String(keys++).padStart(8, '0')}`
  return candidate.session.media.createUpload.mutate({
    sessionId: candidate.sessionId,
    kind,
    contentType,
    bytes,
    idempotencyKey,
  })
}

/** What is stored of an upload, and what the log says about it. */
export async function recordOf({ app }: MediaApp, mediaId: string) {
  const [row] = await app.db.sql<
    { status: string; sha256: Uint8Array | null; storage_key: string; session_id: string }[]
  >`select status, sha256, storage_key, session_id from media_objects where id = ${mediaId}`
  if (!row) throw new Error('there is no such upload')
  const events = await app.db.sql<{ type: string; payload: Record<string, unknown> }[]>`
    select type, payload from session_events
    where session_id = ${row.session_id} and type like 'media.%' and payload ->> 'mediaId' = ${mediaId}`
  return { ...row, events: [...events] }
}

/** The bytes that are in storage for an upload. */
export async function storedBytes(media: MediaApp, mediaId: string): Promise<Buffer> {
  return readFile(join(media.folder, (await recordOf(media, mediaId)).storage_key))
}

const EBML = Buffer.from(
  '1a45dfa39f4286810142f7810142f2810442f381084282847765626d42878104428581 02'.replace(' ', ''),
  'hex',
)
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** Something that begins as a WebM file does, of so many bytes. */
export function webm(bytes: number): Buffer {
  return Buffer.concat([EBML, randomBytes(bytes)]).subarray(0, bytes)
}

/** A real picture, with `tail` behind its end. */
export function png(tail = ''): Buffer {
  return Buffer.concat([PNG, Buffer.from(tail)])
}
