import { useMutation, useQuery } from '@tanstack/react-query'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { type InvitationPreview, isVivaError, type SessionHandle, type User } from '@viva/client'
import { useViva } from '@viva/client/react'
import { Unlink } from 'lucide-react'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { invitation } from '#strings/candidate-arrival.ts'
import { withQueries } from '../../app/with-queries.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { TextField } from '../../ui/field.tsx'
import { formatDateTime } from '../../ui/format.ts'
import { Page } from '../../ui/page.tsx'
import { Failure, Loading } from '../../ui/states.tsx'
import { CandidateGate } from './candidate-gate.tsx'
import { InterviewOutline } from './interview-outline.tsx'
import { RecordList } from './record-list.tsx'

function InvitationPage() {
  const token = useLocation({ select: ({ hash }) => hash })
  if (token === '') {
    return (
      <Page title={invitation.none.title} width="medium">
        <p>{invitation.none.text}</p>
      </Page>
    )
  }
  return <CandidateGate>{(user) => <Letter key={token} token={token} user={user} />}</CandidateGate>
}

/** Leads to the session that was claimed, in the place of the address that holds the token. */
function useGoToSession() {
  const navigate = useNavigate()
  return ({ id }: SessionHandle) =>
    navigate({ to: '/s/$sessionId', params: { sessionId: id }, replace: true })
}

function Letter({ token, user }: { token: string; user: User | null }) {
  const viva = useViva()
  const preview = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => viva.api.sessions.readInvitation.mutate({ token }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: (count, error) => isVivaError(error) && error.retryable && count < 3,
  })
  if (preview.data) return <Preview token={token} user={user} preview={preview.data} />
  if (preview.isError) {
    if (isVivaError(preview.error, 'LINK_INVALID', 'INVALID_INPUT')) return <UsedLink token={token} />
    return (
      <Page title={invitation.reading} width="medium">
        <Failure error={preview.error} onRetry={() => void preview.refetch()} />
      </Page>
    )
  }
  return (
    <Page title={invitation.reading} width="medium">
      <Loading rows={3} rowClass="h-48" />
    </Page>
  )
}

function Preview({
  token,
  user,
  preview: { companyName, interview, candidateName, expiresAt },
}: {
  token: string
  user: User | null
  preview: InvitationPreview
}) {
  const viva = useViva()
  const goToSession = useGoToSession()
  const [name, setName] = useState(candidateName ?? '')
  const [isMissing, setMissing] = useState(false)
  const claim = useMutation({
    mutationFn: async () => {
      const trimmed = name.trim()
      await goToSession(await viva.claim(user === null ? { token, name: trimmed } : { token }))
    },
  })
  const leave = useMutation({ mutationFn: () => viva.logOut() })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const isUnnamed = user === null && name.trim() === ''
    setMissing(isUnnamed)
    if (isUnnamed) event.currentTarget.querySelector('input')?.focus()
    if (!isUnnamed && !claim.isPending) claim.mutate()
  }
  return (
    <Page title={invitation.title(companyName)} description={interview.title} width="medium">
      <div className="grid gap-4">
        <InterviewOutline interview={interview} />
        <RecordList interview={interview} />
        <Card title={invitation.begin} description={invitation.noClock}>
          <form onSubmit={submit} noValidate className="grid gap-4">
            {user === null ? (
              <TextField
                label={invitation.name}
                hint={`${invitation.nameHint} ${invitation.asGuest}`}
                error={isMissing ? invitation.nameNeeded : null}
                autoComplete="name"
                required
                maxLength={100}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            ) : (
              <div className="flex flex-wrap items-center justify-between gap-3">
                <p className="text-sm">{invitation.asUser(user.email ?? user.name)}</p>
                <Button size="small" pending={leave.isPending} onClick={() => leave.mutate()}>
                  {invitation.notYou}
                </Button>
              </div>
            )}
            {leave.isError && <Failure error={leave.error} />}
            {claim.isError && <Failure error={claim.error} />}
            <div className="flex flex-wrap items-center gap-4">
              <Button type="submit" variant="primary" size="large" pending={claim.isPending}>
                {invitation.begin}
              </Button>
              <p className="text-sm text-muted">
                {invitation.until} <time dateTime={expiresAt}>{formatDateTime(expiresAt)}</time>
              </p>
            </div>
          </form>
        </Card>
      </div>
    </Page>
  )
}

/**
 * A link that cannot be read may still be this device's own: its claim went through and the answer was lost, with the
 * guest's log-in in it. The SDK kept the claim's key, with which the same claim gives the session once more.
 */
function UsedLink({ token }: { token: string }) {
  const viva = useViva()
  const goToSession = useGoToSession()
  const claim = useMutation({ mutationFn: async () => goToSession(await viva.claim({ token })) })
  const { mutate } = claim
  const isTried = useRef(false)
  useEffect(() => {
    if (isTried.current) return
    isTried.current = true
    mutate()
  }, [mutate])
  const { invalid, reading } = invitation
  if (!claim.isError) {
    return (
      <Page title={reading} width="medium">
        <Loading rows={3} rowClass="h-48" />
      </Page>
    )
  }
  if (!isVivaError(claim.error, 'LINK_INVALID', 'INVALID_INPUT', 'INVALID_STATE')) {
    return (
      <Page title={reading} width="medium">
        <Failure error={claim.error} onRetry={() => mutate()} />
      </Page>
    )
  }
  return (
    <Page title={invalid.title} width="medium">
      <div role="alert" className="grid gap-4">
        <p className="flex items-start gap-2.5">
          <Unlink aria-hidden className="mt-0.5 size-5 shrink-0 text-muted" />
          {invalid.text}
        </p>
        <ul className="grid list-disc gap-1 pl-6 text-sm text-muted">
          {invalid.points.map((point) => (
            <li key={point}>{point}</li>
          ))}
        </ul>
      </div>
    </Page>
  )
}

/** What an invitation's link leads to. The token stands behind the `#`, which no server and no log ever sees. */
export const Invitation = withQueries(InvitationPage)
