import { useMutation } from '@tanstack/react-query'
import { isVivaError, newKey, type SessionInvitation } from '@viva/client'
import { useVivaQueries } from '@viva/client/react'
import { ClipboardList } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { common } from '#strings/common.ts'
import { sessions } from '#strings/sessions.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Empty, Failure, Loading } from '../../ui/states.tsx'
import { InvitationLink } from './invitation-link.tsx'
import { useInterviewChoices } from './use-interview-choices.ts'

/** What is asked for; the key makes one invitation of it, however often it is sent. */
const EMPTY = { name: '', email: '', hours: 168 }

/** Invites a candidate to a published interview, and shows the link. */
export function InviteDialog({
  companyId,
  interviewId,
  onInvited,
  onClose,
}: {
  companyId: string
  /** Chosen already; empty where it is not. */
  interviewId: string
  onInvited: () => void
  onClose: () => void
}) {
  const { invite: strings } = sessions
  const { query, interviews } = useInterviewChoices(companyId)
  const [invitation, setInvitation] = useState<SessionInvitation | null>(null)
  const isComplete = query.isSuccess && !query.hasNextPage
  const published = interviews.filter(({ publishedVersion }) => publishedVersion !== null)
  return (
    <Dialog title={strings.title} onClose={onClose}>
      {invitation ? (
        <InvitationLink invitation={invitation} onAnother={() => setInvitation(null)} onDone={onClose} />
      ) : query.isError ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : !isComplete ? (
        <Loading rows={4} rowClass="h-16" />
      ) : published.length === 0 ? (
        <Empty
          icon={ClipboardList}
          title={strings.none}
          action={
            <ButtonLink to="/c/$companyId/interviews" params={{ companyId }}>
              {strings.toInterviews}
            </ButtonLink>
          }
        >
          {strings.noneText}
        </Empty>
      ) : (
        <InviteForm
          companyId={companyId}
          interviews={published}
          interviewId={interviewId}
          onInvited={(made) => {
            setInvitation(made)
            onInvited()
          }}
          onCancel={onClose}
        />
      )}
    </Dialog>
  )
}

function InviteForm({
  companyId,
  interviews,
  interviewId,
  onInvited,
  onCancel,
}: {
  companyId: string
  interviews: readonly { id: string; title: string }[]
  interviewId: string
  onInvited: (invitation: SessionInvitation) => void
  onCancel: () => void
}) {
  const { invite: strings } = sessions
  const queries = useVivaQueries()
  const only = interviews.length === 1 ? interviews[0]?.id : undefined
  const [chosen, setChosen] = useState(
    interviews.some(({ id }) => id === interviewId) ? interviewId : (only ?? ''),
  )
  const [form, setForm] = useState(EMPTY)
  const [key, setKey] = useState(newKey)
  const [isMissing, setMissing] = useState(false)
  const invite = useMutation({ ...queries.sessions.invite.mutationOptions(), onSuccess: onInvited })
  const change = (next: Partial<typeof EMPTY>) => {
    setForm({ ...form, ...next })
    // Another invitation than the one that may have been made already.
    setKey(newKey())
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setMissing(chosen === '')
    if (invite.isPending || chosen === '') return
    const [name, email] = [form.name.trim(), form.email.trim()]
    invite.mutate({
      companyId,
      interviewId: chosen,
      candidate: { ...(name && { name }), ...(email && { email }) },
      expiresInHours: form.hours,
      idempotencyKey: key,
    })
  }
  const wrong = issuesOf(invite.error)
  const isNotOffered = interviewId !== '' && !interviews.some(({ id }) => id === interviewId)
  return (
    <form onSubmit={submit} className="grid gap-4">
      {invite.isError && !wrong.name && !wrong.email && <Failure error={invite.error} />}
      <SelectField
        label={strings.interview}
        hint={strings.onlyPublished}
        error={isMissing ? strings.chooseFirst : isNotOffered && chosen === '' ? strings.notPublished : null}
        value={chosen}
        onChange={(event) => {
          setChosen(event.target.value)
          setMissing(false)
          setKey(newKey())
        }}
      >
        <option value="">{strings.choose}</option>
        {interviews.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </SelectField>
      <TextField
        label={strings.name}
        isOptional
        hint={strings.nameHint}
        error={wrong.name}
        maxLength={100}
        autoComplete="off"
        value={form.name}
        onChange={(event) => change({ name: event.target.value })}
      />
      <TextField
        label={strings.email}
        isOptional
        hint={strings.emailHint}
        error={wrong.email}
        type="email"
        maxLength={254}
        autoComplete="off"
        value={form.email}
        onChange={(event) => change({ email: event.target.value })}
      />
      <SelectField
        label={strings.expiry}
        value={form.hours}
        onChange={(event) => change({ hours: Number(event.target.value) })}
      >
        {strings.expiries.map(([hours, label]) => (
          <option key={hours} value={hours}>
            {label}
          </option>
        ))}
      </SelectField>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onCancel}>{common.cancel}</Button>
        <Button type="submit" variant="primary" pending={invite.isPending}>
          {strings.submit}
        </Button>
      </div>
    </form>
  )
}

/** What the server found wrong with the candidate's name and address. */
function issuesOf(error: unknown): { name?: string; email?: string } {
  if (!isVivaError(error) || error.code !== 'INVALID_INPUT') return {}
  const find = (path: string) => error.details.issues.find((issue) => issue.path === path)?.message
  const [name, email] = [find('candidate.name'), find('candidate.email')]
  return { ...(name && { name }), ...(email && { email }) }
}
