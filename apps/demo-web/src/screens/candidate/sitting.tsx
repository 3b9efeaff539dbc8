import { useMutation } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { isVivaError, type User } from '@viva/client'
import { useSession, useSessionState, useViva } from '@viva/client/react'
import { useState } from 'react'
import { candidate } from '#strings/candidate.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { Failure, Loading } from '../../ui/states.tsx'
import { CandidateGate } from './candidate-gate.tsx'
import { End } from './end.tsx'
import { Precheck } from './precheck.tsx'
import { Ready } from './ready.tsx'
import { Room } from './room.tsx'

/** A candidate's session, whatever state it is in. */
export function Sitting() {
  const { sessionId } = useParams({ from: '/candidate/s/$sessionId' })
  return (
    <CandidateGate>
      {(user) =>
        user === null ? (
          <SignedOut sessionId={sessionId} />
        ) : (
          <Session key={`${sessionId} ${user.id}`} sessionId={sessionId} user={user} />
        )
      }
    </CandidateGate>
  )
}

function Session({ sessionId, user }: { sessionId: string; user: User }) {
  const session = useSession(sessionId)
  const { state, error, refresh } = useSessionState(session)
  const [isDeciding, setDeciding] = useState(false)
  if (state === null) {
    if (error === null) {
      return (
        <div className="mx-auto max-w-3xl px-4 py-8">
          <Loading rows={4} rowClass="h-24" />
        </div>
      )
    }
    if (isVivaError(error, 'NOT_FOUND', 'FORBIDDEN', 'INVALID_INPUT')) return <NotYours user={user} />
    return (
      <Page title={candidate.gate.unreachable} description={candidate.gate.unreachableText} width="medium">
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

function SignedOut({ sessionId }: { sessionId: string }) {
  const { gate } = candidate
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

function NotYours({ user }: { user: User }) {
  const { gate } = candidate
  const viva = useViva()
  const leave = useMutation({ mutationFn: () => viva.logOut() })
  return (
    <Page title={gate.notYours} width="medium">
      <div className="grid justify-items-start gap-4">
        <p className="max-w-prose">{gate.notYoursText(user.email ?? user.name)}</p>
        {leave.isError && <Failure error={leave.error} />}
        <Button pending={leave.isPending} onClick={() => leave.mutate()}>
          {gate.logOut}
        </Button>
      </div>
    </Page>
  )
}
