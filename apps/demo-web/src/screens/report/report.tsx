import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { isTerminal, isVivaError, type Report } from '@viva/client'
import { useEvents, useMonitor, useVivaQueries } from '@viva/client/react'
import { Lock } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import { report as strings } from '#strings/report.ts'
import { NotFound } from '../../app/not-found.tsx'
import { useMembership } from '../../app/use-membership.ts'
import { Page } from '../../ui/page.tsx'
import { Empty, Failure, Loading } from '../../ui/states.tsx'
import { EventLog } from './event-log.tsx'
import { ExportButton } from './export-button.tsx'
import { JumpsProvider } from './jumps.tsx'
import { Recordings } from './recordings.tsx'
import { ReportStatusLine } from './report-status-line.tsx'
import { Scores } from './scores.tsx'
import { SessionFacts } from './session-facts.tsx'
import { Strikes } from './strikes.tsx'
import { Timeline } from './timeline.tsx'
import { Transcript } from './transcript.tsx'
import { useVerification } from './use-verification.ts'
import { VerificationSeal } from './verification-seal.tsx'
import './print.css'

const POLL_MS = 2000
/** Events come in bursts; one look at the report follows each. */
const SETTLED_MS = 700

/** Everything that a session came to, for the person who decides. */
export function ReportScreen() {
  const { companyId, sessionId } = useParams({ from: '/staff/signed-in/c/$companyId/sessions/$sessionId' })
  const { may } = useMembership(companyId)
  const isAllowed = may('reports.read')
  const queries = useVivaQueries()
  const report = useQuery({
    ...queries.reports.get.queryOptions({ companyId, sessionId }),
    enabled: isAllowed,
    refetchInterval: ({ state }) => (isAwaited(state.data) ? POLL_MS : false),
  })
  if (!isAllowed) {
    return (
      <Page title={strings.title}>
        <Empty icon={Lock} title={strings.forbidden.title}>
          {strings.forbidden.text}
        </Empty>
      </Page>
    )
  }
  if (report.data) {
    return <LoadedReport key={sessionId} report={report.data} refetch={report.refetch} />
  }
  if (isVivaError(report.error, 'NOT_FOUND', 'INVALID_INPUT')) return <NotFound />
  return (
    <Page title={strings.title}>
      {report.isError ? (
        <Failure error={report.error} onRetry={() => void report.refetch()} />
      ) : (
        <Loading rows={4} rowClass="h-48" />
      )}
    </Page>
  )
}

function isAwaited(report: Report | undefined): boolean {
  return report !== undefined && isTerminal(report.session.state) && report.status === 'pending'
}

function LoadedReport({ report, refetch }: { report: Report; refetch: () => Promise<unknown> }) {
  const { session, transcript, strikes, media, chain } = report
  const { companyId, id: sessionId } = session
  const { may } = useMembership(companyId)
  const events = useEvents(useMonitor({ companyId, sessionId }))
  const verification = useVerification(report, may('evidence.export'))
  const lastSeq = events.at(-1)?.seq ?? 0
  useEffect(() => {
    if (lastSeq <= chain.events) return
    const timer = setTimeout(() => void refetch(), SETTLED_MS)
    return () => clearTimeout(timer)
  }, [lastSeq, chain.events, refetch])
  const seqs = useMemo(() => new Set(events.map(({ seq }) => seq)), [events])
  const isLogHere = lastSeq >= chain.events || events.length >= chain.events
  return (
    <JumpsProvider seqs={seqs}>
      <Page
        title={strings.titleOf(session.candidate.name ?? session.candidate.email ?? strings.noCandidate)}
        description={strings.interview(session.interviewTitle, session.interviewVersion)}
        actions={may('evidence.export') && <ExportButton companyId={companyId} sessionId={sessionId} />}
      >
        <div className="grid gap-6">
          <ReportStatusLine report={report} />
          <SessionFacts session={session} events={events} isLogHere={isLogHere} />
          <VerificationSeal
            report={report}
            events={events}
            verification={may('evidence.export') ? verification : null}
          />
          <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
            <div className="grid min-w-0 gap-6">
              <Scores report={report} />
              <Transcript transcript={transcript} events={events} />
            </div>
            <div className="grid min-w-0 gap-6">
              <Strikes session={session} strikes={strikes} events={events} />
              <Recordings session={session} media={media} transcript={transcript} />
            </div>
          </div>
          <Timeline session={session} events={events} strikes={strikes} />
          <EventLog events={events} verification={verification.data} />
        </div>
      </Page>
    </JumpsProvider>
  )
}
