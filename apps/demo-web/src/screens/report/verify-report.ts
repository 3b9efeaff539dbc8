import type { Report, SessionEvent, Viva } from '@viva/client'
import {
  type BundleReport,
  canonicalJson,
  type EvidenceBundle,
  parseBundle,
  verifyBundle,
} from '@viva/client/evidence'
import { compareReport, type PageProblem } from './compare-report.ts'
import { fingerprintOf } from './fingerprint.ts'

/** A key that has signed a session's seals. */
export interface SealingKey {
  kid: string
  /** SHA-256 of the key (RFC 7638), in base64url: the same everywhere, to be compared by people. */
  fingerprint: string
  issuers: string[]
  /** The events that its seals stand after. */
  seqs: number[]
}

/** What this browser found about a session's log. */
export interface Verification {
  ok: boolean
  bundle: BundleReport
  /** False where the server sent another session's log. */
  isThisSession: boolean
  keys: SealingKey[]
  page: PageProblem[]
  /** Whether an event that is shown is the one that was verified. True for those that came later. */
  matches(event: SessionEvent): boolean
}

/** What {@link verifyReport} works on. */
export interface VerifyOptions {
  viva: Viva
  /** As the page shows it; read before the log is. */
  report: Report
  signal: AbortSignal
}

/**
 * Gets a session's evidence bundle and, from elsewhere, the server's public keys, and verifies the one by the other in
 * this browser; then compares what the page shows with what was verified.
 *
 * @throws VivaError, EvidenceError for what is no bundle, TypeError where the keys could not be fetched
 */
export async function verifyReport({ viva, report, signal }: VerifyOptions): Promise<Verification> {
  const { id: sessionId, companyId } = report.session
  const [sent, published] = await Promise.all([
    viva.api.sessions.exportEvidence.mutate({ companyId, sessionId }, { signal }),
    fetchKeys(signal),
  ])
  // What came over the network is of the type that it proves to be of; the keys are read as a bundle's own are.
  const bundle = parseBundle(sent)
  const { keys: trustedKeys } = parseBundle({ ...bundle, keys: published })
  const found = await verifyBundle(bundle, { trustedKeys })
  const isThisSession = bundle.session.id === sessionId
  const page = isThisSession ? compareReport(report, bundle.events) : []
  return {
    ok: found.ok && isThisSession && page.length === 0,
    bundle: found,
    isThisSession,
    keys: await sealingKeys(found, trustedKeys),
    page,
    matches: matcherOf(bundle),
  }
}

async function fetchKeys(signal: AbortSignal): Promise<unknown> {
  const answer = await fetch('/.well-known/jwks.json', { signal, credentials: 'omit' })
  if (!answer.ok) throw new TypeError(`the server's keys answered ${answer.status}`)
  const jwks: unknown = await answer.json()
  return typeof jwks === 'object' && jwks !== null && 'keys' in jwks ? jwks.keys : undefined
}

async function sealingKeys(
  { seals }: BundleReport,
  trustedKeys: EvidenceBundle['keys'],
): Promise<SealingKey[]> {
  const keys = new Map<string, SealingKey>()
  for (const report of seals) {
    if (report.status !== 'trusted') continue
    const { kid, issuer, seq } = report.seal
    const jwk = trustedKeys.find((key) => key.kid === kid)
    const key = keys.get(kid) ?? {
      kid,
      fingerprint: jwk ? await fingerprintOf(jwk) : '',
      issuers: [],
      seqs: [],
    }
    if (!key.issuers.includes(issuer)) key.issuers.push(issuer)
    if (!key.seqs.includes(seq)) key.seqs.push(seq)
    keys.set(kid, key)
  }
  return [...keys.values()]
}

function matcherOf({ events }: EvidenceBundle): Verification['matches'] {
  const verified = new Map(events.map((event) => [event.seq, event]))
  const head = events.at(-1)?.seq ?? 0
  return (shown) => {
    const event = verified.get(shown.seq)
    if (event === undefined) return shown.seq > head
    return (
      event.type === shown.type &&
      event.at === shown.at &&
      event.actor === shown.actor &&
      event.hash === shown.hash &&
      canonicalJson(event.payload) === canonicalJson(JSON.parse(JSON.stringify(shown.payload)))
    )
  }
}
