import { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { Storage } from '@viva/api'
import type { S3Settings } from '../env.ts'
import { requireKey } from './storage-key.ts'

/** An S3 storage holds connections. */
export interface S3Storage extends Storage {
  close(): void
}

/**
 * Recordings in a bucket of S3 or of a store that speaks its protocol (MinIO, Ceph, R2). Browsers send and fetch bytes
 * there directly, by presigned addresses; a bucket needs a CORS rule for that.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function createS3Storage(settings: S3Settings): S3Storage {
  const { bucket: Bucket, region, endpoint, accessKeyId, secretAccessKey, forcePathStyle } = settings
  const client = new S3Client({
    region,
    ...(endpoint === null ? {} : { endpoint }),
    forcePathStyle,
    credentials: { accessKeyId, secretAccessKey },
    // Trailing checksums are an extension that many stores do not know; the hash in the log is the one that counts.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // What goes wrong is thrown and logged by who called; without this the SDK also writes to the console.
    logger: { debug: silent, info: silent, warn: silent, error: silent },
  })

  return {
    async write(key, body, { bytes, contentType }) {
      const Body = Readable.from(body, { objectMode: false })
      const command = new PutObjectCommand({
        Bucket,
        Key: requireKey(key),
        Body,
        ContentLength: bytes,
        ContentType: contentType,
      })
      // The SDK does not listen for a failing source: it would wait for ever, and the error would end the process.
      const stop = new AbortController()
      let failure: unknown = null
      Body.once('error', (error) => {
        failure = error
        stop.abort()
      })
      try {
        await client.send(command, { abortSignal: stop.signal })
      } catch (error) {
        throw failure ?? error
      } finally {
        Body.destroy()
      }
    },
    async read(key, range) {
      const { Body } = await client.send(
        new GetObjectCommand({
          Bucket,
          Key: requireKey(key),
          ...(range ? { Range: `bytes=${range.start}-${range.end}` } : {}),
        }),
      )
      if (!(Body instanceof Readable)) throw new Error('the object store answered without a body')
      return Body
    },
    async size(key) {
      try {
        const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket, Key: requireKey(key) }))
        return ContentLength ?? null
      } catch (error) {
        if (isMissing(error)) return null
        throw error
      }
    },
    async delete(key) {
      await client.send(new DeleteObjectCommand({ Bucket, Key: requireKey(key) }))
    },
    async presignPut(key, { bytes, contentType, expiresInSeconds }) {
      const command = new PutObjectCommand({
        Bucket,
        Key: requireKey(key),
        ContentLength: bytes,
        ContentType: contentType,
      })
      // Size and type are signed, so that the store itself refuses others; for the type that has to be said.
      const signableHeaders = new Set(['content-type'])
      const url = await getSignedUrl(client, command, { expiresIn: expiresInSeconds, signableHeaders })
      return { url, headers: { 'content-type': contentType } }
    },
    presignGet(key, { contentType, expiresInSeconds }) {
      const command = new GetObjectCommand({
        Bucket,
        Key: requireKey(key),
        ResponseContentType: contentType,
        // A player does not mind; a browser that is sent there must not show a candidate's file as a page.
        ResponseContentDisposition: 'attachment',
      })
      return getSignedUrl(client, command, { expiresIn: expiresInSeconds })
    },
    close: () => client.destroy(),
  }
}

function silent(): void {
  // The SDK has nothing to say.
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NotFound' || error.name === 'NoSuchKey')
}
