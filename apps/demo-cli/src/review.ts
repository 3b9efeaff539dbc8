import type { MonitorFeed, Report, SessionEvent, Viva } from '@viva/client'
import { type EvidenceBundle, parseBundle, verifyBundle } from '@viva/client/evidence'
import { check, checkEqual } from './check.ts'
import { detail, plural, shorten } from './print.ts'

/** How long the report may take. */
const REPORT_WITHIN_MS = 60_000

export interface Review {
  reviewer: Viva
  monitor: MonitorFeed
  url: string
  companyId: string
  sessionId: string
  /** The candidate's receipt. */
  headHash: string
  answers: readonly string[]
  /** The rules that must have been broken. */
  strikes: readonly string[]
}

/**
 * Waits for the report, reads it, and verifies the exported evidence without the server's help, save for its public keys.
 *
 * @returns the session's log as the monitor showed it
 */
export async function reviewEvidence(review: Review): Promise<SessionEvent[]> {
  const { reviewer, companyId, sessionId, url } = review
  const events = await untilReport(review.monitor)
  const report = await reviewer.api.reports.get.query({ companyId, sessionId })
  readReport(report, review)

  const { items: runs } = await reviewer.api.ai.runs.query({ companyId, sessionId })
  const finished = events.filter(({ type }) => type === 'run.finished')
  checkEqual('recorded runs against those in the log', runs.length, finished.length)
  check(
    runs.every(({ status }) => status === 'finished'),
    'every run is finished',
  )
  detail(
    `runs:     ${runs.map(({ purpose, outcome, provider }) => `${purpose} (${outcome}, ${provider})`).join(', ')}`,
  )

  const chain = await reviewer.api.sessions.verify.query({ companyId, sessionId })
  checkEqual('problems that the server finds in its log', chain.problems, [])
  check(chain.ok, 'the server finds its log unbroken')

  const exported = await reviewer.api.sessions.exportEvidence.mutate({ companyId, sessionId })
  // From here on nothing is believed but this text and the installation's public keys.
  const bundle = parseBundle(JSON.parse(JSON.stringify(exported)))
  await verifyOffline(bundle, url)
  checkEqual(
    'the exported log against the one that was seen live',
    bundle.events.map(({ hash }) => hash),
    events.map(({ hash }) => hash),
  )
  check(
    bundle.events.some(({ hash }) => hash === review.headHash),
    "the candidate's receipt is in the log",
  )
  return events
}

async function untilReport(monitor: MonitorFeed): Promise<SessionEvent[]> {
  const events: SessionEvent[] = []
  for await (const event of monitor.events({ signal: AbortSignal.timeout(REPORT_WITHIN_MS) })) {
    events.push(event)
    check(event.type !== 'report.failed', 'the report is made')
    if (event.type === 'report.ready') return events
  }
  throw new Error(`no report came within ${REPORT_WITHIN_MS / 1000} s`)
}

function readReport(report: Report, { answers, strikes }: Review): void {
  checkEqual('status of the report', report.status, 'ready')
  checkEqual('state in the report', report.session.state, 'completed')
  check(report.session.flagged, 'two strikes are worth a look by a person')
  checkEqual('problems in the report', report.chain.problems, [])
  checkEqual(
    'answers in the report, word for word',
    report.transcript.flatMap((entry) => entry.answers.map(({ text }) => text)),
    [...answers],
  )
  checkEqual('strikes', report.strikes.map(({ ruleId }) => ruleId).toSorted(), [...strikes].toSorted())
  check(
    report.strikes.every(({ signals }) => signals.length > 0),
    'every strike names its signals',
  )
  checkEqual(
    'recordings',
    report.media.map(({ status }) => status),
    ['stored'],
  )

  detail(`report:   ${report.session.interviewTitle}, ${report.session.state}, flagged for a person`)
  for (const { question, answers: given } of report.transcript) {
    const words = given.reduce((sum, { text }) => sum + text.split(/\s+/).length, 0)
    detail(`          ${question.position}. ${shorten(question.text, 74)} (${plural(words, 'word')})`)
  }
  for (const { severity, message, signals } of report.strikes) {
    const evidence = signals.map(({ seq, kind }) => `${kind} at ${seq}`).join(', ')
    detail(`strike:   ${severity}: ${message} (${evidence})`)
  }
  for (const score of report.scores) {
    // A provider that cannot judge says so, instead of making a number up.
    const verdict = score.status === 'scored' ? `${score.score} of 5` : score.status.replace('_', ' ')
    detail(`score:    ${score.criterionId}: ${verdict}`)
  }
}

async function verifyOffline(bundle: EvidenceBundle, url: string): Promise<void> {
  const jwks = await fetch(`${url}/.well-known/jwks.json`)
  const { keys }: Pick<EvidenceBundle, 'keys'> = JSON.parse(await jwks.text())
  const report = await verifyBundle(bundle, { trustedKeys: keys })
  checkEqual('problems in the evidence', report.problems, [])
  checkEqual('signature of the evidence', report.signature, 'trusted')
  check(report.ok, 'the evidence verifies')
  checkEqual('verified events', report.events, bundle.events.length)

  // A verifier that finds nothing wrong with anything would pass all of the above.
  const [first, ...rest] = bundle.events
  check(first, 'the log has events')
  const edited = await verifyBundle({ ...bundle, events: [{ ...first, actor: 'somebody else' }, ...rest] })
  checkEqual(
    'what is found in an edited log',
    edited.problems.map(({ seq, code }) => ({ seq, code })),
    [{ seq: 1, code: 'EDITED' }],
  )
  detail(
    `evidence: ${plural(report.events, 'event')} in one chain, ${plural(report.seals.length, 'seal')}, signature ${report.signature}`,
  )
}
