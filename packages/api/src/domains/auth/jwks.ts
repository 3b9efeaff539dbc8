import type { KeyRing, PublicJwk } from '../../core/keys.ts'

/** The JSON Web Key Set (RFC 7517) of the server: every key that a token or a seal may be signed with, retired ones too. */
export async function jwks(keys: KeyRing): Promise<{ keys: PublicJwk[] }> {
  return { keys: await keys.published() }
}
