import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Session } from '@viva/client'
import { useVivaQueries } from '@viva/client/react'
import { type FormEvent, useState } from 'react'
import { common } from '#strings/common.ts'
import { sessions } from '#strings/sessions.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextArea } from '../../ui/field.tsx'
import { Failure } from '../../ui/states.tsx'
import { useRetryKey } from '../../ui/use-retry-key.ts'
import { candidateName } from './candidate-name.ts'

const REASONS = ['technical', 'withdrawn'] as const
const NOTE = { least: 3, most: 1000 }

/** Ends a session by a person's decision, for a reason that goes into the log. */
export function EndDialog({
  session,
  onClose,
  onEnded,
}: {
  session: Session
  onClose: () => void
  onEnded: (session: Session) => void
}) {
  const strings = sessions.endDialog
  const queries = useVivaQueries()
  const queryClient = useQueryClient()
  const [reason, setReason] = useState<(typeof REASONS)[number]>('technical')
  const [note, setNote] = useState('')
  const [isShort, setShort] = useState(false)
  const keyed = useRetryKey()
  const { companyId, id: sessionId } = session
  const end = useMutation({
    ...queries.sessions.end.mutationOptions(),
    onSuccess: async (ended) => {
      queryClient.setQueryData(queries.sessions.get.queryKey({ companyId, sessionId }), ended)
      await queryClient.invalidateQueries({ queryKey: queries.sessions.list.queryKey() })
      onEnded(ended)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (end.isPending) return
    const isEnough = note.trim().length >= NOTE.least
    setShort(!isEnough)
    if (isEnough) end.mutate(keyed({ companyId, sessionId, reason, note: note.trim() }))
  }
  return (
    <Dialog title={strings.title(candidateName(session))} onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4">
        <p className="text-sm text-muted">{strings.text}</p>
        {end.isError && <Failure error={end.error} />}
        <SelectField
          label={strings.reason}
          value={reason}
          onChange={(event) =>
            setReason(REASONS.find((known) => known === event.target.value) ?? 'technical')
          }
        >
          {REASONS.map((known) => (
            <option key={known} value={known}>
              {strings.reasons[known]}
            </option>
          ))}
        </SelectField>
        <TextArea
          label={strings.note}
          hint={strings.noteHint}
          error={isShort ? strings.noteShort : null}
          rows={3}
          maxLength={NOTE.most}
          value={note}
          onChange={(event) => {
            setNote(event.target.value)
            setShort(false)
          }}
        />
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button type="submit" variant="danger" pending={end.isPending}>
            {strings.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
