import type { CryptoKey } from 'jose'

/** A public key as JWKS publishes it. */
export interface PublicJwk {
  kty: 'OKP'
  crv: 'Ed25519'
  x: string
  kid: string
  alg: 'EdDSA'
  use: 'sig'
}

/**
 * The server's Ed25519 keys: next → active → retired. Private halves are sealed in the database; retired keys stay
 * public, so that seals made with them can be verified for ever.
 */
export interface KeyRing {
  /** The active key. */
  signer(): Promise<{ kid: string; privateKey: CryptoKey }>
  /**
   * The public key named `kid` that tokens may be signed with, or null: a retired one only until the last token that was
   * signed with it is over. An unknown kid is looked up in the database at most once a second.
   */
  find(kid: string): Promise<CryptoKey | null>
  /** Every public key, for JWKS and for evidence bundles: seals of retired keys must stay verifiable. */
  published(): Promise<PublicJwk[]>
  /** Retires the active key, promotes the next one and makes a new next one. */
  rotate(): Promise<{ active: string; next: string }>
}
