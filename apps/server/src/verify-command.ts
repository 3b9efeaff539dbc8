import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { type BundleReport, type EvidenceBundle, parseBundle, verifyBundle } from '@viva/evidence'
import { z } from 'zod'

/** The public keys of a JWKS; what else it holds does not matter here. */
const jwksFile = z.object({
  keys: z.array(
    z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), kid: z.string() }),
  ),
})

/**
 * `viva verify FILE [--keys FILE] [--issuer URL]`: verifies an exported bundle offline.
 *
 * @returns the report as text, and whether it holds; null where no single file was named
 * @throws FileError, EvidenceError, or an error of Node's where a file or an option cannot be used
 */
export async function verifyCommand(args: string[]): Promise<{ text: string; ok: boolean } | null> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { keys: { type: 'string' }, issuer: { type: 'string' } },
  })
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) return null
  const bundle = parseBundle(await readJson(file))
  const trustedKeys =
    values.keys === undefined ? undefined : readKeys(values.keys, await readJson(values.keys))
  const report = await verifyBundle(bundle, { trustedKeys, issuer: values.issuer })
  return { text: describe(file, bundle, report), ok: report.ok }
}

function readKeys(file: string, value: unknown) {
  const parsed = jwksFile.safeParse(value)
  if (!parsed.success) throw new FileError(`${file} is not a JWKS of Ed25519 keys.`)
  return parsed.data.keys
}

/** A file that was named cannot be used. */
export class FileError extends Error {
  override readonly name = 'FileError'
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8')
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new FileError(`${file} is not JSON.`, { cause: error })
  }
}

function describe(file: string, bundle: EvidenceBundle, report: BundleReport): string {
  const lines = [`${file}: ${report.ok ? 'verified' : 'NOT VERIFIED'}`, `  events:    ${report.events}`]
  lines.push(`  session:   ${endOf(bundle)}`)
  if (report.erased.length > 0) lines.push(`  erased:    ${report.erased.join(', ')}`)
  lines.push(`  signature: ${report.signature}`)
  if (report.signature === 'self-signed') {
    lines.push(
      '             by a key that came with the bundle. Give --keys to know that it is the installation’s.',
    )
  }
  for (const seal of report.seals) if (seal.status === 'invalid') lines.push(`  seal:      ${seal.message}`)
  for (const { seq, code, message } of report.problems) lines.push(`  ${code} at ${seq}: ${message}`)
  return `${lines.join('\n')}\n`
}

/** How the session ended by the log itself: what else a bundle says of it is signed by nobody. */
function endOf({ events }: EvidenceBundle): string {
  const transitions = events.filter(({ type }) => type === 'session.transitioned')
  for (const { seq, at, payload } of transitions) {
    const to = typeof payload === 'object' && payload !== null && 'to' in payload ? payload['to'] : null
    if (to === 'completed' || to === 'ended') return `${to} at ${at}, by event ${seq}`
  }
  return transitions.some(({ salt }) => salt === null)
    ? 'what the log said of its end is erased'
    : 'still open in this log, so its events were sealed by the export alone'
}
