import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { CandidateSession, SessionHandle, SessionSummary, User } from '@viva/client'
import { useViva, useVivaQueries } from '@viva/client/react'
import { useEffect } from 'react'
import { end } from '#strings/candidate-end.ts'
import { strikes as strikesStrings } from '#strings/candidate-strikes.ts'
import { withQueries } from '../../app/with-queries.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { formatDateTime, formatNumber } from '../../ui/format.ts'
import { Page } from '../../ui/page.tsx'
import { Failure, Loading } from '../../ui/states.tsx'
import { forgetSession } from './forget-session.ts'
import { StrikeList } from './strikes-card.tsx'
import { UnsentWords } from './unsent-words.tsx'
import { useCall } from './use-call.ts'
import { leaveFullscreen } from './use-fullscreen.ts'
import { useStrikes } from './use-strikes.ts'

function EndPage({ session, state, user }: { session: SessionHandle; state: CandidateSession; user: User }) {
  const queries = useVivaQueries()
  const summary = useQuery(queries.sessions.summary.queryOptions({ sessionId: session.id }))
  useEffect(() => void leaveFullscreen(), [])
  const isCompleted = state.state === 'completed'
  return (
    <Page
      title={isCompleted ? end.completed.title : end.ended.title}
      description={isCompleted ? end.completed.text(state.companyName) : reasonOf(state)}
      width="medium"
    >
      <div className="grid gap-4">
        <UnsentWords session={session} />
        <Card title={end.recordedTitle} description={state.interview.title}>
          {summary.isPending && <Loading rows={1} rowClass="h-80 sm:h-39" />}
          {summary.isError && <Failure error={summary.error} onRetry={() => void summary.refetch()} />}
          {summary.data && <Counts summary={summary.data} />}
        </Card>
        {!summary.isError && (
          <Card title={end.proofTitle} description={end.proofText}>
            {summary.isPending && <Loading rows={1} rowClass="h-27 sm:h-10" />}
            {summary.data && (
              <div className="flex flex-wrap items-center gap-3">
                <code className="min-w-0 grow rounded-lg bg-sunken p-3 font-mono text-xs wrap-anywhere">
                  {summary.data.headHash}
                </code>
                <CopyButton text={summary.data.headHash} label={end.copyProof} />
              </div>
            )}
          </Card>
        )}
        <Card title={end.nextTitle}>
          <ul className="grid list-disc gap-2 pl-5 text-sm">
            {end.next.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </Card>
        {/* The log may come last: what shows it is to push nothing that is being read. */}
        <SeenStrikes session={session} />
        <Leave session={session} user={user} />
      </div>
    </Page>
  )
}

function reasonOf({ endReason }: CandidateSession): string {
  return endReason === null ? end.unknownReason : end.reasons[endReason]
}

function Counts({ summary }: { summary: SessionSummary }) {
  const { counts, started, closed } = end
  const numbers = ['questions', 'answers', 'signals', 'strikes', 'media', 'events'] as const
  const times = [
    { label: started, at: summary.startedAt },
    { label: closed, at: summary.closedAt },
  ]
  return (
    <dl className="grid grid-cols-1 gap-x-6 gap-y-3 sm:grid-cols-2">
      {numbers.map((name) => (
        <div key={name} className="flex items-baseline justify-between gap-4 border-b border-line pb-2">
          <dt className="text-sm text-muted">{counts[name]}</dt>
          <dd className="font-semibold tabular-nums">{formatNumber(summary[name])}</dd>
        </div>
      ))}
      {times.map(
        ({ label, at }) =>
          at !== null && (
            <div key={label} className="flex items-baseline justify-between gap-4">
              <dt className="text-sm text-muted">{label}</dt>
              <dd className="text-sm">
                <time dateTime={at}>{formatDateTime(at)}</time>
              </dd>
            </div>
          ),
      )}
    </dl>
  )
}

function SeenStrikes({ session }: { session: SessionHandle }) {
  const strikes = useStrikes(session)
  if (strikes.length === 0) return null
  return (
    <Card title={strikesStrings.title}>
      <StrikeList strikes={strikes} />
    </Card>
  )
}

function Leave({ session, user }: { session: SessionHandle; user: User }) {
  const viva = useViva()
  const navigate = useNavigate()
  const leave = useCall(async () => {
    // Only the server can end the log-in: where it cannot be reached, that is said here.
    await session.current()
    // The server cuts live connections with the log-in, and this one would ask for another.
    session.close()
    await viva.logOut()
    forgetSession(session.id)
    // Last: pages that ask who is there are not to ask while that changes.
    await navigate({ to: '/', replace: true })
  })
  return (
    <Card
      title={end.leaveTitle}
      description={user.guest ? end.leaveGuest : end.leaveUser(user.email ?? user.name)}
    >
      {leave.error !== null && <Failure error={leave.error} />}
      <div className="flex flex-wrap gap-2">
        <Button pending={leave.isPending} onClick={leave.call}>
          {end.logOut}
        </Button>
        {!user.guest && <ButtonLink to="/account">{end.account}</ButtonLink>}
      </div>
    </Card>
  )
}

/** After the end: why it ended, what was recorded, the candidate's proof of it, and the way out. */
export const End = withQueries(EndPage)
