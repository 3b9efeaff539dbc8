import { randomUUID, webcrypto } from 'node:crypto'
import type { CryptoKey } from 'jose'
import type { TestApp, TestUser } from '../../../testing/index.ts'

/** A token in parts, before it is signed. */
export interface Draft {
  header: Record<string, unknown>
  payload: Record<string, unknown>
}

/** The draft of a good access token of `user`: what the server itself would sign. */
export async function goodAccess(app: TestApp, user: TestUser): Promise<Draft> {
  const { kid } = await app.ctx.keys.signer()
  const now = Math.floor(app.clock.now().getTime() / 1000)
  return {
    header: { alg: 'EdDSA', typ: 'viva-access+jwt', kid },
    payload: {
      sub: user.userId,
      sid: user.authSessionId,
      guest: false,
      scope: ['user'],
      iss: app.url,
      aud: 'viva:user',
      iat: now,
      exp: now + 600,
      jti: randomUUID(),
    },
  }
}

/** The part of a token before its signature. */
export function signingInput({ header, payload }: Draft): string {
  return [header, payload].map((part) => encode(JSON.stringify(part))).join('.')
}

/** Signs a draft as it is, without the checks of a library that would refuse to make a bad token. */
export async function signRaw(draft: Draft, key: CryptoKey): Promise<string> {
  const input = signingInput(draft)
  const signature = await webcrypto.subtle.sign('Ed25519', key, Buffer.from(input))
  return `${input}.${Buffer.from(signature).toString('base64url')}`
}

/** Signs a draft with the server's own active key. */
export async function signAsServer(app: TestApp, draft: Draft): Promise<string> {
  return signRaw(draft, (await app.ctx.keys.signer()).privateKey)
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url')
}

/** What a call with a raw Authorization header is answered; of a stream, the error that it ends with. */
export async function callWith(
  app: TestApp,
  authorization: string,
  path = 'auth.me',
  body?: object,
): Promise<{ status: number; code: string | null }> {
  const answer = await fetch(`${app.url}/trpc/${path}`, {
    headers: { authorization, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  })
  if (!answer.headers.get('content-type')?.startsWith('text/event-stream')) {
    const error = (await answer.json()) as { error?: WireError }
    return { status: answer.status, code: error.error?.data.app.code ?? null }
  }
  const failure = /event: serialized-error\ndata: (.*)\n/.exec(await answer.text())?.[1]
  if (failure === undefined) return { status: answer.status, code: null }
  const { data } = JSON.parse(failure) as WireError
  return { status: data.httpStatus, code: data.app.code }
}

interface WireError {
  data: { httpStatus: number; app: { code: string } }
}
