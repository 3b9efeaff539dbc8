import { createHash } from 'node:crypto'

/** What is stored of an invitation's token. It has the entropy of a key, so a plain hash gives nothing away. */
export function hashInvitationToken(token: string): Uint8Array {
  return createHash('sha256').update(token).digest()
}
