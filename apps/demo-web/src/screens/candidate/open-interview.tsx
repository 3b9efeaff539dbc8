import { useMutation } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { isVivaError } from '@viva/client'
import { useViva } from '@viva/client/react'
import { useEffect, useRef } from 'react'
import { open } from '#strings/candidate-arrival.ts'
import { ToLogIn } from '../../app/to-log-in.tsx'
import { withQueries } from '../../app/with-queries.tsx'
import { Page } from '../../ui/page.tsx'
import { Failure, Loading } from '../../ui/states.tsx'
import { CandidateGate } from './candidate-gate.tsx'

function OpenInterviewPage() {
  const { interviewId } = useParams({ from: '/candidate/open/$interviewId' })
  return (
    <CandidateGate>
      {(user) =>
        user === null ? <ToLogIn /> : <Opening key={`${interviewId} ${user.id}`} interviewId={interviewId} />
      }
    </CandidateGate>
  )
}

function Opening({ interviewId }: { interviewId: string }) {
  const viva = useViva()
  const navigate = useNavigate()
  const start = useMutation({
    mutationFn: async () => {
      const { id } = await viva.createOpen({ interviewId })
      // In the place of this address: going back would make another session.
      await navigate({ to: '/s/$sessionId', params: { sessionId: id }, replace: true })
    },
  })
  const { mutate } = start
  const isStarted = useRef(false)
  useEffect(() => {
    // StrictMode runs effects twice, and each call makes a session.
    if (isStarted.current) return
    isStarted.current = true
    mutate()
  }, [mutate])
  const isGone = isVivaError(start.error, 'NOT_FOUND', 'INVALID_INPUT', 'FORBIDDEN')
  return (
    <Page title={start.isError ? open.failed : open.title} width="medium">
      {!start.isError && <Loading rows={3} rowClass="h-24" />}
      {start.isError && isGone && <p role="alert">{open.gone}</p>}
      {start.isError && !isGone && <Failure error={start.error} onRetry={() => mutate()} />}
    </Page>
  )
}

/** Starts a session of an interview that is open to everybody with an account. */
export const OpenInterview = withQueries(OpenInterviewPage)
