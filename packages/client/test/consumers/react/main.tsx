import { QueryClient, useInfiniteQuery, useMutation, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { type AnyVivaError, createViva, newKey, type Report } from '@viva/client'
import {
  createVivaQueries,
  type SessionState,
  useConnection,
  useEvents,
  useMonitor,
  useNextQuestion,
  usePending,
  useServerNow,
  useSession,
  useSessionState,
  useUser,
  useViva,
  useVivaQueries,
  VivaProvider,
} from '@viva/client/react'
import { type ReactNode, useState } from 'react'

const viva = createViva({ storage: localStorage })
const queryClient = new QueryClient()

export function Application({ companyId, sessionId }: { companyId: string; sessionId: string }): ReactNode {
  return (
    <VivaProvider viva={viva} queryClient={queryClient}>
      <Account />
      <Room sessionId={sessionId} />
      <Sessions companyId={companyId} />
      <Review companyId={companyId} sessionId={sessionId} />
    </VivaProvider>
  )
}

function Account(): ReactNode {
  const account = useUser()
  const { logOut } = useViva()
  switch (account.status) {
    case 'loading':
      return null
    case 'signed-out':
      return <p>Nobody is signed in.</p>
    case 'unreachable':
      return (
        <button type="button" onClick={account.retry}>
          {account.error.message}
        </button>
      )
    case 'signed-in':
      return (
        <button type="button" onClick={() => logOut()}>
          Log out {account.user.name}
        </button>
      )
  }
}

function Room({ sessionId }: { sessionId: string }): ReactNode {
  const session = useSession(sessionId)
  const { state, error }: SessionState = useSessionState(session)
  const next = useNextQuestion(session)
  const { pending, rejected } = usePending(session)
  const now = useServerNow(session, 500)
  const connection = useConnection(session)
  const [text, setText] = useState('')
  if (state === null) return <p>{error?.message}</p>
  return (
    <form onSubmit={() => next.question && session.answer({ questionId: next.question.id, text })}>
      <p>
        {state.state} {connection} {Date.parse(state.deadlineAt) - now.getTime()}
      </p>
      <h2>{next.status === 'asked' ? next.question.text : next.text}</h2>
      {next.status === 'failed' && <p>{advice(next.error)}</p>}
      <textarea value={text} onChange={(event) => setText(event.target.value)} />
      <p>
        {pending} {rejected.map(({ message }) => message)}
      </p>
    </form>
  )
}

function advice(error: AnyVivaError): string {
  return error.code === 'INVALID_STATE' ? error.details.allowed.join() : error.message
}

function Sessions({ companyId }: { companyId: string }): ReactNode {
  const queries = useVivaQueries()
  const list = useInfiniteQuery(queries.sessions.list.infiniteQueryOptions({ companyId, state: ['active'] }))
  const invite = useMutation({
    ...queries.sessions.invite.mutationOptions(),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queries.sessions.list.queryKey() }),
    onError: (error) => error.details,
  })
  // @ts-expect-error there is no such state
  queries.sessions.list.queryOptions({ companyId, state: ['lost'] })
  // @ts-expect-error a stream is no query
  queries.sessions.events
  const interviewId: string = list.data?.pages[0]?.items[0]?.interviewId ?? ''
  return (
    <button type="button" onClick={() => invite.mutate({ companyId, interviewId, idempotencyKey: newKey() })}>
      {invite.data?.token}
    </button>
  )
}

function Review(session: { companyId: string; sessionId: string }): ReactNode {
  const queries = useVivaQueries()
  const events = useEvents(useMonitor(session))
  const report = useQuery({ ...queries.reports.get.queryOptions(session), refetchInterval: 3000 })
  const whole: Report = useSuspenseQuery(queries.reports.get.queryOptions(session)).data
  // @ts-expect-error it may not be here yet
  const early: Report = report.data
  const error: AnyVivaError | null = report.error
  return <p>{events.length + whole.strikes.length + early.strikes.length + (error?.message ?? '')}</p>
}

export const loader = (): Promise<{ name: string }> =>
  queryClient.ensureQueryData(createVivaQueries(viva).auth.me.queryOptions())
