import { type CryptoKey, generateKeyPair, importJWK, type JWK } from 'jose'

/** The private key of RFC 8037, appendix A.1: everybody knows it, so it can stand in documents and tests. */
const RFC_8037_KEY = {
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
}

/** A key pair as the server keeps it and as the JWKS shows it. */
export interface TestKey {
  kid: string
  privateKey: CryptoKey
  publicJwk: JWK
}

export async function rfc8037Key(): Promise<TestKey> {
  const { d: _, ...publicJwk } = { ...RFC_8037_KEY, kid: 'rfc8037' }
  const privateKey = await importJWK(RFC_8037_KEY, 'EdDSA')
  if (privateKey instanceof Uint8Array) throw new TypeError('expected an asymmetric key')
  return { kid: 'rfc8037', privateKey, publicJwk }
}

export async function newKey(kid: string): Promise<TestKey> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const { kty, crv, x } = await exportPublic(publicKey)
  return { kid, privateKey, publicJwk: { kty, crv, x, kid } }
}

async function exportPublic(key: CryptoKey): Promise<{ kty: string; crv: string; x: string }> {
  const { kty, crv, x } = await crypto.subtle.exportKey('jwk', key)
  if (kty === undefined || crv === undefined || x === undefined)
    throw new TypeError('expected an Ed25519 key')
  return { kty, crv, x }
}
