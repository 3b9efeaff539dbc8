import { hkdfSync, randomBytes } from 'node:crypto'
import { chmod, mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The file holds something that is no secret of ours. */
export class SecretFileError extends Error {
  override readonly name = 'SecretFileError'
}

/**
 * The secret in `dataDir/secret`, made at the first start. Only its owner may read the file: it opens the signing keys
 * in the database beside it.
 */
export async function secretIn(dataDir: string): Promise<string> {
  const path = join(dataDir, 'secret')
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      const secret = randomBytes(48).toString('base64url')
      await file.writeFile(`${secret}\n`)
      await file.sync()
      return secret
    } finally {
      await file.close()
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const secret = (await readFile(path, 'utf8')).trim()
  if (secret.length < 32)
    throw new SecretFileError(`${path} does not hold a secret of at least 32 characters.`)
  // A copy or a backup may have lost the mode.
  await chmod(path, 0o600)
  return secret
}

/** A key for one purpose, derived from the server's secret (HKDF-SHA-256, RFC 5869). */
export function deriveSecret(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), purpose, 32))
}
