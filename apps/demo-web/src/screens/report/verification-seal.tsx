import { isTerminal, type Report, type SessionEvent } from '@viva/client'
import { ShieldAlert, ShieldCheck, ShieldQuestion } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { report as strings } from '#strings/report.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Failure } from '../../ui/states.tsx'
import { ProblemList, type ShownProblem } from './problem-list.tsx'
import type { VerificationQuery } from './use-verification.ts'
import type { Verification } from './verify-report.ts'
import { WhatWasChecked } from './what-was-checked.tsx'

const { seal } = strings

/**
 * Whether the session's log holds: what this browser found, green or red, and beside it what the server says of itself.
 *
 * @param verification null where the user may not export the log, and so cannot verify it
 */
export function VerificationSeal({
  report,
  events,
  verification,
}: {
  report: Report
  events: readonly SessionEvent[]
  verification: VerificationQuery | null
}) {
  return (
    <Card
      title={seal.title}
      description={seal.description}
      actions={
        verification && (
          <Button
            className="print:hidden"
            pending={verification.isFetching}
            onClick={() => void verification.refetch()}
          >
            {verification.data ? seal.verifyAgain : seal.verify}
          </Button>
        )
      }
    >
      <div className="grid gap-4">
        {verification && <OwnCheck report={report} events={events} verification={verification} />}
        <ServerCheck report={report} isAlone={verification === null} />
      </div>
    </Card>
  )
}

function OwnCheck({
  report,
  events,
  verification,
}: {
  report: Report
  events: readonly SessionEvent[]
  verification: VerificationQuery
}) {
  const { data, error, isFetching } = verification
  const problems = useMemo(() => (data ? problemsOf(data, events) : []), [data, events])
  if (isFetching) return <Seal look="open" title={seal.checking} isBusy />
  if (error) {
    return <Failure title={seal.failed} error={error} onRetry={() => void verification.refetch()} />
  }
  if (!data) {
    return (
      <Seal look="open" title={seal.notYet}>
        {isTerminal(report.session.state) ? null : seal.notYetText}
      </Seal>
    )
  }
  const { bundle, keys } = data
  const isGood = data.ok && problems.length === 0
  const issuers = [...new Set(keys.flatMap((key) => key.issuers))].join(', ')
  const grown = Math.max(0, (events.at(-1)?.seq ?? 0) - bundle.head.seq)
  return (
    <>
      <Seal look={isGood ? 'good' : 'bad'} title={isGood ? seal.good : seal.bad}>
        {isGood
          ? seal.goodText(bundle.events, bundle.seals.length, issuers)
          : seal.badText(Math.max(1, problems.length))}
        {bundle.erased.length > 0 && <span className="block">{seal.erased(bundle.erased.length)}</span>}
        {grown > 0 && <span className="block">{seal.grown(grown)}</span>}
      </Seal>
      {problems.length > 0 && <ProblemList title={seal.problems} problems={problems} />}
      <WhatWasChecked verification={data} />
    </>
  )
}

/** Everything that does not hold, in words. */
function problemsOf(verification: Verification, events: readonly SessionEvent[]): ShownProblem[] {
  const { bundle, isThisSession, page, matches } = verification
  const problems: ShownProblem[] = []
  if (!isThisSession) problems.push({ code: null, seq: null, words: seal.otherSession })
  if (bundle.signature !== 'trusted') {
    problems.push({ code: null, seq: null, words: seal.signature[bundle.signature] })
  }
  for (const { code, seq, message } of bundle.problems) {
    problems.push({ code, seq, words: seal.problem[code] ?? seal.otherProblem, detail: message })
  }
  for (const problem of page) {
    const words =
      problem.kind === 'leftOut' && problem.what !== 'state'
        ? seal.leftOut[problem.what]
        : seal.shown[problem.what]
    problems.push({ code: null, seq: problem.seq, words })
  }
  for (const event of events) {
    if (!matches(event)) problems.push({ code: null, seq: event.seq, words: seal.shown.event })
  }
  return problems
}

function ServerCheck({ report, isAlone }: { report: Report; isAlone: boolean }) {
  const { ok, events, problems } = report.chain
  const Icon = ok ? ShieldCheck : ShieldAlert
  return (
    <section aria-labelledby="server-check" className="grid gap-2 text-sm">
      <h3 id="server-check" className="font-medium">
        {seal.server}
      </h3>
      <p className={`flex items-start gap-2 ${ok ? '' : 'text-bad'}`}>
        <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${ok ? 'text-muted' : ''}`} />
        {ok ? seal.serverGood(events) : seal.serverBad(problems.length)}
      </p>
      {isAlone && <p className="text-muted">{seal.serverOnly}</p>}
      {problems.length > 0 && (
        <ProblemList
          title={null}
          problems={problems.map(({ code, seq, message }) => ({
            code,
            seq: seq === 0 ? null : seq,
            words: seal.problem[code] ?? seal.otherProblem,
            detail: message,
          }))}
        />
      )}
    </section>
  )
}

const LOOKS = {
  good: { className: 'border-good bg-good-soft text-good', Icon: ShieldCheck },
  bad: { className: 'border-bad bg-bad-soft text-bad', Icon: ShieldAlert },
  open: { className: 'border-line bg-sunken text-muted', Icon: ShieldQuestion },
} as const

/** The seal itself. As high while it is checked as it is afterwards. */
function Seal({
  look,
  title,
  isBusy = false,
  children,
}: {
  look: keyof typeof LOOKS
  title: string
  isBusy?: boolean
  children?: ReactNode
}) {
  const { className, Icon } = LOOKS[look]
  return (
    <div
      role="status"
      data-seal={isBusy ? 'checking' : look}
      className={`flex min-h-20 items-center gap-4 rounded-xl border-2 p-4 ${className}`}
    >
      <Icon aria-hidden className={`size-10 shrink-0 ${isBusy ? 'animate-pulse' : ''}`} />
      <div className="min-w-0">
        <p className="text-lg font-semibold">{title}</p>
        {children !== undefined && children !== null && (
          <p className="text-sm text-ink wrap-anywhere">{children}</p>
        )}
      </div>
    </div>
  )
}
