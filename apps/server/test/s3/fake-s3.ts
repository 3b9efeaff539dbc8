import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { S3Settings } from '../../src/env.ts'

/** An object store in memory that speaks as much of S3 as a storage needs, and checks every signature. */
export interface FakeS3 extends AsyncDisposable {
  readonly settings: S3Settings
  readonly objects: Map<string, { body: Buffer; contentType: string }>
  /** What was asked, in order: method, and path without the query. */
  readonly requests: readonly string[]
}

const REGION = 'eu-test-1'
const ACCESS_KEY = 'TESTACCESSKEY'
const SECRET_KEY = 'test-secret-key'

export async function startFakeS3(): Promise<FakeS3> {
  const objects: FakeS3['objects'] = new Map()
  const requests: string[] = []
  const server = createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://s3')
    requests.push(`${req.method} ${url.pathname}`)
    answer(objects, req, res, url).catch(() => res.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port')
  return {
    settings: {
      bucket: 'recordings',
      region: REGION,
      endpoint: `http://127.0.0.1:${address.port}`,
      accessKeyId: ACCESS_KEY,
      secretAccessKey: SECRET_KEY,
      forcePathStyle: true,
    },
    objects,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => void server.close(() => resolve()))
    },
  }
}

async function answer(
  objects: FakeS3['objects'],
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
): Promise<void> {
  const fail = (status: number, code: string) =>
    res
      .writeHead(status, { 'content-type': 'application/xml' })
      .end(
        req.method === 'HEAD' ? undefined : `<Error><Code>${code}</Code><Message>${code}</Message></Error>`,
      )
  if (!isSigned(req, url)) return void fail(403, 'SignatureDoesNotMatch')
  const key = url.pathname.replace(/^\/recordings\//, '')
  if (req.method === 'PUT') {
    if (req.headers['content-length'] === undefined) return void fail(411, 'MissingContentLength')
    // Rejects where the sender breaks off: an object is stored whole or not at all.
    const body = await buffer(req)
    if (!req.complete) return
    objects.set(key, { body, contentType: req.headers['content-type'] ?? '' })
    return void res.writeHead(200).end()
  }
  const object = objects.get(key)
  if (req.method === 'DELETE') {
    objects.delete(key)
    return void res.writeHead(204).end()
  }
  if (!object) return void fail(404, 'NoSuchKey')
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(req.headers.range ?? '') ?? []
  const part = first && last ? object.body.subarray(Number(first), Number(last) + 1) : object.body
  const disposition = url.searchParams.get('response-content-disposition')
  res.writeHead(part === object.body ? 200 : 206, {
    'content-length': part.length,
    'content-type': url.searchParams.get('response-content-type') ?? object.contentType,
    ...(disposition ? { 'content-disposition': disposition } : {}),
  })
  res.end(req.method === 'HEAD' ? undefined : part)
}

/**
 * Signature version 4, from the specification and not from the SDK.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
function isSigned(req: IncomingMessage, url: URL): boolean {
  const query = url.searchParams
  const header = /Credential=([^,]+), *SignedHeaders=([^,]+), *Signature=(\w+)/.exec(
    req.headers.authorization ?? '',
  )
  const presigned = query.get('X-Amz-Signature')
  const credential = header?.[1] ?? query.get('X-Amz-Credential') ?? ''
  const signedHeaders = header?.[2] ?? query.get('X-Amz-SignedHeaders') ?? ''
  const given = header?.[3] ?? presigned
  const date = String(req.headers['x-amz-date'] ?? query.get('X-Amz-Date') ?? '')
  if (presigned !== null && isOver(date, Number(query.get('X-Amz-Expires')))) return false

  const canonicalQuery = [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
  const headers = signedHeaders
    .split(';')
    .map((name) => `${name}:${String(req.headers[name] ?? '').trim()}\n`)
  const payload = String(req.headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD')
  const canonical = [req.method, url.pathname, canonicalQuery, headers.join(''), signedHeaders, payload]
  const scope = credential.split('/').slice(1).join('/')
  if (credential !== `${ACCESS_KEY}/${date.slice(0, 8)}/${REGION}/s3/aws4_request`) return false
  const toSign = [
    'AWS4-HMAC-SHA256',
    date,
    scope,
    createHash('sha256').update(canonical.join('\n')).digest('hex'),
  ]
  const key = scope
    .split('/')
    .reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${SECRET_KEY}`)
  return hmac(key, toSign.join('\n')).toString('hex') === given
}

function isOver(date: string, seconds: number): boolean {
  const start = date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')
  return Date.parse(start) + seconds * 1000 <= Date.now()
}

const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest()
const encode = (value: string) =>
  encodeURIComponent(value).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
