import type { CandidateSession, SessionHandle } from '@viva/client'
import { Play } from 'lucide-react'
import { useState } from 'react'
import { sensors } from '#strings/candidate-arrival.ts'
import { ready } from '#strings/candidate-precheck.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { CheckboxField } from '../../ui/field.tsx'
import { formatDateTime } from '../../ui/format.ts'
import { Page } from '../../ui/page.tsx'
import { Failure } from '../../ui/states.tsx'
import { addNotes, readNotes } from './session-notes.ts'
import { useCall } from './use-call.ts'
import { canFullscreen, enterFullscreen } from './use-fullscreen.ts'

/** The last page before the clock starts: what happens next, what was agreed to, and the start. */
export function Ready({
  session,
  state,
  onChange,
}: {
  session: SessionHandle
  state: CandidateSession
  /** Back to the decisions. */
  onChange: () => void
}) {
  const { interview, consents, deadlineAt } = state
  const [isFullscreen, setFullscreen] = useState(
    readNotes(session.id).fullscreen ?? (canFullscreen() && consents.browser === true),
  )
  const start = useCall((signal) => session.start({ signal }))
  const agreed = interview.sensors.filter(({ sensor }) => consents[sensor] === true)
  const begin = () => {
    addNotes(session.id, { fullscreen: isFullscreen })
    // Before the call: the click that allows it is over afterwards.
    if (isFullscreen) void enterFullscreen()
    start.call()
  }
  return (
    <Page title={ready.title} description={interview.title} width="medium">
      <div className="grid gap-4">
        <Card title={ready.next}>
          <ol className="grid list-decimal gap-2 pl-5 text-sm marker:font-semibold">
            {ready.steps(interview.questionCount, interview.limits.totalSeconds).map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </Card>
        <Card
          title={ready.agreed}
          actions={
            <Button size="small" onClick={onChange}>
              {ready.change}
            </Button>
          }
        >
          {agreed.length === 0 ? (
            <p className="text-sm text-muted">{ready.agreedNothing}</p>
          ) : (
            <ul className="grid list-disc gap-1 pl-5 text-sm">
              {agreed.map(({ sensor }) => (
                <li key={sensor}>{sensors[sensor].name}</li>
              ))}
            </ul>
          )}
        </Card>
        <Card>
          <div className="grid gap-4">
            {canFullscreen() && (
              <CheckboxField
                label={ready.fullscreen}
                hint={ready.fullscreenHint}
                checked={isFullscreen}
                onChange={(event) => setFullscreen(event.target.checked)}
              />
            )}
            {start.error !== null && <Failure error={start.error} />}
            <div className="flex flex-wrap items-center gap-4">
              <Button variant="primary" size="large" pending={start.isPending} onClick={begin}>
                <Play aria-hidden className="size-5" />
                {ready.start}
              </Button>
              <p className="text-sm text-muted">
                {ready.startBy} <time dateTime={deadlineAt}>{formatDateTime(deadlineAt)}</time>
              </p>
            </div>
          </div>
        </Card>
      </div>
    </Page>
  )
}
