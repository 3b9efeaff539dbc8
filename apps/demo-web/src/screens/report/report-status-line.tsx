import { isTerminal, type Report } from '@viva/client'
import { CircleAlert, CircleCheck, LoaderCircle, Radio } from 'lucide-react'
import { report as strings } from '#strings/report.ts'
import { ButtonLink } from '../../ui/button.tsx'

/** How far the report is. Takes the same line in every state, so that nothing jumps when it is ready. */
export function ReportStatusLine({ report }: { report: Report }) {
  const { session, status } = report
  const isRunning = !isTerminal(session.state)
  const Icon = isRunning ? Radio : { pending: LoaderCircle, ready: CircleCheck, failed: CircleAlert }[status]
  const text = isRunning
    ? strings.statusTexts.running
    : status === 'ready'
      ? strings.statuses.ready
      : strings.statusTexts[status]
  const colour = isRunning
    ? 'text-accent'
    : { pending: 'text-muted', ready: 'text-good', failed: 'text-bad' }[status]
  return (
    <div className="flex min-h-9 flex-wrap items-center gap-x-4 gap-y-2">
      <p role="status" className={`flex items-start gap-2 text-sm font-medium ${colour}`}>
        <Icon
          aria-hidden
          className={`mt-0.5 size-4 shrink-0 ${!isRunning && status === 'pending' ? 'animate-spin' : ''}`}
        />
        {text}
      </p>
      {isRunning && (
        <ButtonLink
          to="/c/$companyId/monitor"
          params={{ companyId: session.companyId }}
          search={{ ids: session.id }}
          size="small"
          className="print:hidden"
        >
          {strings.watchLive}
        </ButtonLink>
      )}
    </div>
  )
}
