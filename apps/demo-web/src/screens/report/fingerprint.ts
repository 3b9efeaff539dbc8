/**
 * The thumbprint of a public Ed25519 key by which people compare it: SHA-256 over its required members in the order of
 * their names, in base64url.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7638
 * @see https://www.rfc-editor.org/rfc/rfc8037#appendix-A.3
 */
export async function fingerprintOf({
  crv,
  kty,
  x,
}: {
  crv?: string | undefined
  kty?: string | undefined
  x?: string | undefined
}): Promise<string> {
  const members = new TextEncoder().encode(JSON.stringify({ crv, kty, x }))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', members))
  return btoa(String.fromCharCode(...digest))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
