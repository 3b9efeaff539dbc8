import { createHmac, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { AppContext } from './context.ts'
import { signUrl, verifyUrl } from './signed-url.ts'

let now = new Date('2026-03-01T10:00:00.400Z')
const config = {
  publicUrl: 'https://viva.example',
  instanceId: 'test',
  maxUploadBytes: 1,
  urlSigningSecret: randomBytes(32),
  leaseMs: 1,
  aiTimeoutMs: 1,
}
const ctx: Pick<AppContext, 'config' | 'clock'> = { config, clock: { now: () => now } }
const end = new Date('2026-03-01T10:15:00.000Z')

function signed(path = '/media/a') {
  const { searchParams, origin, pathname } = new URL(signUrl(ctx, path, end))
  const expires = searchParams.get('expires') ?? ''
  const signature = searchParams.get('signature') ?? ''
  return { origin, pathname, expires, signature }
}

test('a signed link is for its path until its end, to the second', () => {
  const { origin, pathname, expires, signature } = signed()
  expect({ origin, pathname }).toEqual({ origin: config.publicUrl, pathname: '/media/a' })
  verifyUrl(ctx, '/media/a', { expires, signature })
  now = new Date(end.getTime() - 1)
  verifyUrl(ctx, '/media/a', { expires, signature })
  now = end
  expect(() => verifyUrl(ctx, '/media/a', { expires, signature })).toThrow('expired')
  now = new Date('2026-03-01T10:00:00.400Z')
})

test.each([
  ['another path', '/media/b', {}],
  ['a later end', '/media/a', { expires: '9999999999' }],
  ['an end that is no number', '/media/a', { expires: 'NaN' }],
  ['no signature', '/media/a', { signature: '' }],
  ['a signature of another length', '/media/a', { signature: 'AAAA' }],
  ['a signature that is no base64', '/media/a', { signature: '💥' }],
])('%s is refused', (_, path, change) => {
  expect(() => verifyUrl(ctx, path, { ...signed(), ...change })).toThrow(
    expect.objectContaining({ code: 'LINK_INVALID' }),
  )
})

test('a link signed with another secret, or for something else with ours, is refused', () => {
  const forged = { ...ctx, config: { ...config, urlSigningSecret: randomBytes(32) } }
  expect(() => verifyUrl(forged, '/media/a', signed())).toThrow('expired')
  const { expires } = signed()
  const signature = createHmac('sha256', config.urlSigningSecret)
    .update(`/media/a${expires}`)
    .digest('base64url')
  expect(() => verifyUrl(ctx, '/media/a', { expires, signature })).toThrow('expired')
})
