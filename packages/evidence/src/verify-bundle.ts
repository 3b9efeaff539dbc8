import type { JWK } from 'jose'
import type { EvidenceBundle } from './bundle.ts'
import { verifyChain } from './chain.ts'
import type { ChainReport, Problem } from './chain-report.ts'
import { EvidenceError } from './error.ts'
import { type Seal, sealKeyId, verifySeal } from './seal.ts'
import { createSealPoints } from './seal-points.ts'

/** What one seal of a bundle is worth. */
export type SealReport =
  /** Signed by a key that the caller trusts. */
  | { status: 'trusted'; seal: Seal }
  /** Signed by a key that came with the bundle: consistent, but anyone could have made both. */
  | { status: 'self-signed'; seal: Seal }
  | { status: 'invalid'; message: string }

/** What {@link verifyBundle} found. */
export interface BundleReport extends ChainReport {
  /** The worst of the seals; `missing` if there is none. */
  signature: 'trusted' | 'self-signed' | 'invalid' | 'missing'
  /** One for each of the bundle's seals, in their order. */
  seals: SealReport[]
}

/**
 * Verifies an exported log offline: the chain, the signature of every seal, and that every seal names
 * the hash that its event has in the log. A past that was rewritten with all its hashes made anew is
 * caught by the seal made before, and whatever closed the session or came after it without the seal that the
 * server made with it is named too.
 *
 * @param bundle what {@link parseBundle} gave.
 * @param options.trustedKeys the installation's public keys (its JWKS), got from elsewhere than the
 *   bundle. If given, only seals signed by them make the report `ok`: otherwise whoever replaces
 *   seals and keys together would pass. If not, `self-signed` is the best that can be said.
 * @param options.issuer who must have sealed.
 * @returns a report; `ok` only if the chain is, its head was sealed at the export, and every seal is valid.
 * @example
 * const report = await verifyBundle(parseBundle(JSON.parse(text)), { trustedKeys: jwks.keys })
 * console.log(report.ok ? 'verified' : report.problems, report.signature)
 */
export async function verifyBundle(
  bundle: EvidenceBundle,
  options: { trustedKeys?: readonly JWK[] | undefined; issuer?: string | undefined } = {},
): Promise<BundleReport> {
  const chain = verifyChain({ sessionId: bundle.session.id, events: bundle.events, head: bundle.head })
  const seals: SealReport[] = []
  for (const token of bundle.seals) seals.push(await checkSeal(token, bundle, options))
  const problems = [...chain.problems, ...sealProblems(bundle, seals)]
  const signature = worstOf(seals)
  const accepted =
    signature === 'trusted' || (signature === 'self-signed' && options.trustedKeys === undefined)
  return { ...chain, ok: problems.length === 0 && accepted, problems, signature, seals }
}

async function checkSeal(
  token: string,
  bundle: EvidenceBundle,
  { trustedKeys = [], issuer }: { trustedKeys?: readonly JWK[] | undefined; issuer?: string | undefined },
): Promise<SealReport> {
  try {
    const kid = sealKeyId(token)
    // A trusted key's id is its own: a key of the same id in the bundle must not stand in for it.
    const isTrusted = trustedKeys.some((key) => key.kid === kid)
    const keys = isTrusted ? trustedKeys : bundle.keys
    const seal = await verifySeal(token, { keys, sessionId: bundle.session.id, issuer })
    return { status: isTrusted ? 'trusted' : 'self-signed', seal }
  } catch (error) {
    if (error instanceof EvidenceError) return { status: 'invalid', message: error.message }
    throw error
  }
}

function sealProblems(bundle: EvidenceBundle, reports: SealReport[]): Problem[] {
  const problems: Problem[] = []
  const hashes = new Map(bundle.events.map(({ seq, hash }) => [seq, hash]))
  const seals = reports.flatMap((report) => (report.status === 'invalid' ? [] : [report.seal]))
  for (const { seq, hash } of seals) {
    const found = hashes.get(seq)
    if (seq === 0 || found === hash) continue
    problems.push(
      found === undefined
        ? { code: 'MISSING', seq, message: `event ${seq} was sealed but is not in the log` }
        : {
            code: 'EDITED',
            seq,
            message: `event ${seq}, or one before it, was rewritten after it had been sealed`,
          },
    )
  }
  const { head } = bundle
  const exported = Math.floor(Date.parse(bundle.exportedAt) / 1000)
  const sealsHead = ({ seq, hash, appended, issuedAt }: Seal) =>
    seq === head.seq && hash === head.hash && appended === 0 && issuedAt === exported
  // Else whoever holds the file could cut events off together with their seals, down to any that was sealed.
  if (seals.length > 0 && !seals.some(sealsHead)) {
    const message = 'no seal of the export covers the head of the log'
    problems.push({ code: 'HEAD_MISMATCH', seq: head.seq, message })
  }
  const points = createSealPoints(bundle.session.state)
  for (const event of bundle.events) points.push(event)
  // Without any seal the signature says so already.
  if (seals.length > 0) problems.push(...points.missing(seals))
  return problems
}

function worstOf(seals: SealReport[]): BundleReport['signature'] {
  if (seals.length === 0) return 'missing'
  for (const status of ['invalid', 'self-signed'] as const) {
    if (seals.some((seal) => seal.status === status)) return status
  }
  return 'trusted'
}
