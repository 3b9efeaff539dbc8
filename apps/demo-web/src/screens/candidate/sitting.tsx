import { useParams } from '@tanstack/react-router'
import { isTerminal, isVivaError, type SessionState, type User } from '@viva/client'
import { useSession, useSessionState } from '@viva/client/react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { gate } from '#strings/candidate-gate.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { Failure, Loading } from '../../ui/states.tsx'
import { CandidateGate } from './candidate-gate.tsx'

// One page is for one state: each is loaded when it is its turn, or a little ahead of that.
const loadReady = () => import('./ready.tsx')
const loadRoom = () => import('./room.tsx')
const loadEnd = () => import('./end.tsx')
const Precheck = lazy(async () => ({ default: (await import('./precheck.tsx')).Precheck }))
const Ready = lazy(async () => ({ default: (await loadReady()).Ready }))
const Room = lazy(async () => ({ default: (await loadRoom()).Room }))
const NotYours = lazy(async () => ({ default: (await import('./not-yours.tsx')).NotYours }))
const End = lazy(async () => ({ default: (await loadEnd()).End }))

/** Long enough for the first load to be over. */
const AHEAD_MS = 5000

/** Loads what comes next while there is a connection: without one nobody is to be left between two pages. */
function useAhead(state: SessionState | undefined): void {
  useEffect(() => {
    if (state === undefined || isTerminal(state)) return
    const timer = setTimeout(() => {
      // One that fails is loaded when it is its turn.
      const next = state === 'active' ? [loadEnd()] : [loadReady(), loadRoom()]
      for (const load of next) load.catch(() => undefined)
    }, AHEAD_MS)
    return () => clearTimeout(timer)
  }, [state])
}

/** A candidate's session, whatever state it is in. */
export function Sitting() {
  const { sessionId } = useParams({ from: '/candidate/s/$sessionId' })
  return (
    <CandidateGate>
      {(user) =>
        user === null ? (
          <SignedOut sessionId={sessionId} />
        ) : (
          <Suspense fallback={<Coming />}>
            <Session key={`${sessionId} ${user.id}`} sessionId={sessionId} user={user} />
          </Suspense>
        )
      }
    </CandidateGate>
  )
}

function Session({ sessionId, user }: { sessionId: string; user: User }) {
  const session = useSession(sessionId)
  const { state, error, refresh } = useSessionState(session)
  const [isDeciding, setDeciding] = useState(false)
  useAhead(state?.state)
  if (state === null) {
    if (error === null) {
      return <Coming />
    }
    if (isVivaError(error, 'NOT_FOUND', 'FORBIDDEN', 'INVALID_INPUT')) return <NotYours user={user} />
    return (
      <Page title={gate.unreachable} description={gate.unreachableText} width="medium">
        <Failure error={error} onRetry={refresh} />
      </Page>
    )
  }
  // Each is a page of its own, whose heading takes the focus when it is its turn.
  switch (state.state) {
    case 'setup':
    case 'precheck':
      return <Precheck key="precheck" session={session} state={state} onDone={() => setDeciding(false)} />
    case 'ready':
      return isDeciding ? (
        <Precheck key="precheck" session={session} state={state} onDone={() => setDeciding(false)} />
      ) : (
        <Ready session={session} state={state} onChange={() => setDeciding(true)} />
      )
    case 'active':
      return <Room session={session} state={state} refresh={refresh} />
    case 'completed':
    case 'ended':
      return <End session={session} state={state} user={user} />
  }
}

function Coming() {
  return (
    <div className="mx-auto max-w-3xl px-4 py-8">
      <Loading rows={4} rowClass="h-24" />
    </div>
  )
}

function SignedOut({ sessionId }: { sessionId: string }) {
  return (
    <Page title={gate.title} width="medium">
      <div className="grid justify-items-start gap-4">
        <p className="max-w-prose">{gate.text}</p>
        <ButtonLink to="/log-in" search={{ next: `/s/${sessionId}` }} variant="primary">
          {gate.logIn}
        </ButtonLink>
      </div>
    </Page>
  )
}
