import { type CryptoKey, decodeProtectedHeader, type JWK, jwtVerify, SignJWT } from 'jose'
import { EvidenceError } from './error.ts'
import { isHash, isLine } from './event.ts'
import { ZERO_HASH } from './hash.ts'

const ALGORITHM = 'EdDSA'
const TYPE = 'viva-seal+jwt'
const HEADERS = ['alg', 'kid', 'typ']
const CLAIMS = ['iss', 'sub', 'seq', 'hash', 'appended', 'iat']

/** What a seal says: at `issuedAt`, the log of `sessionId` had this head. */
export interface Seal {
  /** Who sealed: the URL of the installation. */
  issuer: string
  sessionId: string
  /** The sealed event's position; 0 for an empty log. */
  seq: number
  /** The sealed event's hash, which covers every event before it. */
  hash: string
  /**
   * How many events, up to and including `seq`, the server itself appended in the transaction that made this seal; 0 for a
   * seal made at an export. So a seal that was made over events vouches for them, and an export vouches for nobody's.
   */
  appended: number
  /** Seconds since 1970, by the sealer's clock. */
  issuedAt: number
  /** The id of the key that signed. */
  kid: string
}

/**
 * Signs a log's head. Ed25519 signatures are deterministic: the same head, key and second give the
 * same seal.
 *
 * @param seal what to say; `issuedAt` in seconds.
 * @param privateKey an Ed25519 private key.
 * @returns a compact JWS of type `viva-seal+jwt`.
 * @throws EvidenceError `INVALID_SEAL` for a head that no verifier would accept.
 * @example
 * const seal = await signSeal({ issuer, sessionId, ...head, appended: 0, issuedAt, kid }, privateKey)
 * @see https://www.rfc-editor.org/rfc/rfc8037
 */
export async function signSeal(seal: Seal, privateKey: CryptoKey): Promise<string> {
  checkSeal(seal)
  const { issuer, sessionId, seq, hash, appended, issuedAt, kid } = seal
  return new SignJWT({ iss: issuer, sub: sessionId, seq, hash, appended, iat: issuedAt })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid })
    .sign(privateKey)
}

/**
 * Verifies a seal's signature and form. Algorithm, type, header members and claims are fixed: `none`,
 * HMAC, embedded or linked keys and critical extensions are refused before any key is looked at.
 *
 * @param token the compact JWS.
 * @param expected.keys public Ed25519 keys to try, chosen by `kid`; a private part is ignored.
 * @param expected.sessionId the session that must have been sealed.
 * @param expected.issuer who must have sealed; anyone unless given.
 * @throws EvidenceError `INVALID_SEAL`; it does not say whether the sealed head is the log's: compare.
 * @example
 * const { seq, hash } = await verifySeal(token, { keys: jwks.keys, sessionId, issuer: 'https://viva.example' })
 */
export async function verifySeal(
  token: string,
  expected: { keys: readonly JWK[]; sessionId: string; issuer?: string | undefined },
): Promise<Seal> {
  const kid = sealKeyId(token)
  let cause: unknown
  for (const key of expected.keys.filter((candidate) => candidate.kid === kid)) {
    try {
      const { payload } = await jwtVerify(token, publicPart(key), {
        algorithms: [ALGORITHM],
        typ: TYPE,
        requiredClaims: CLAIMS,
        subject: expected.sessionId,
        ...(expected.issuer === undefined ? {} : { issuer: expected.issuer }),
      })
      const { iss: issuer, sub: sessionId, seq, hash, appended, iat: issuedAt } = payload
      // A claim like `exp` would make the answer depend on the day of the verification.
      if (Object.keys(payload).length !== CLAIMS.length) throw invalid('it has claims that seals do not have')
      return checkSeal({ issuer, sessionId, seq, hash, appended, issuedAt, kid })
    } catch (error) {
      if (error instanceof EvidenceError) throw error
      // Two keys may share an id, so the next one is tried.
      cause = error
    }
  }
  if (cause === undefined) throw invalid(`no key with the id ${JSON.stringify(kid)} is known`)
  throw invalid(cause instanceof Error ? cause.message : 'the signature does not verify', cause)
}

/** Reads a seal's key id, once its header has proved to be exactly the one that seals have. */
export function sealKeyId(token: string): string {
  let header: Record<string, unknown>
  try {
    header = decodeProtectedHeader(token)
  } catch (error) {
    throw invalid('it is not a compact JWS', error)
  }
  const { alg, typ, kid } = header
  // Refusing what is not needed (jwk, jku, x5c, x5u, crit, b64) leaves nothing of it to be misread.
  if (alg !== ALGORITHM || typ !== TYPE || Object.keys(header).sort().join() !== HEADERS.join()) {
    throw invalid(`its header must have alg ${ALGORITHM}, typ ${TYPE}, a kid, and nothing else`)
  }
  if (typeof kid !== 'string' || kid === '') throw invalid('its kid must be a text')
  return kid
}

function publicPart({ kty, crv, x }: JWK): JWK {
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string')
    throw invalid('the key is not an Ed25519 key')
  return { kty, crv, x, alg: ALGORITHM }
}

function checkSeal(seal: { [claim in keyof Seal]: unknown }): Seal {
  const { issuer, sessionId, seq, hash, appended, issuedAt, kid } = seal
  if (!isLine(issuer)) throw invalid('iss must be a text')
  if (!isLine(sessionId)) throw invalid('sub must be the id of a session')
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 0)
    throw invalid('seq must be a position')
  if (!isHash(hash) || (seq === 0 && hash !== ZERO_HASH)) throw invalid('hash must be that of an event')
  if (typeof appended !== 'number' || !Number.isSafeInteger(appended) || appended < 0 || appended > seq)
    throw invalid('appended must be a number of events')
  if (typeof issuedAt !== 'number' || !Number.isSafeInteger(issuedAt))
    throw invalid('iat must be whole seconds')
  if (!isLine(kid)) throw invalid('kid must be a text')
  return { issuer, sessionId, seq, hash, appended, issuedAt, kid }
}

function invalid(message: string, cause?: unknown): EvidenceError {
  return new EvidenceError('INVALID_SEAL', message, { path: '$.seal', cause })
}
