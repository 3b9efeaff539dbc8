import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Report, Session, StrikeDecision, StrikeReview } from '@viva/client'
import { useVivaQueries } from '@viva/client/react'
import { useState } from 'react'
import { common } from '#strings/common.ts'
import { report as strings } from '#strings/report.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextArea } from '../../ui/field.tsx'
import { Failure } from '../../ui/states.tsx'
import { useRetryKey } from '../../ui/use-retry-key.ts'
import { withReview } from './with-review.ts'

const MIN_REASON = 3
const MAX_REASON = 1000

const { dialog: words } = strings.strikes

/** Asks for the reason of a decision, and records both. */
export function ReviewDialog({
  session: { companyId, id: sessionId },
  strike,
  decision,
  onClose,
  onDecided,
}: {
  session: Session
  strike: Report['strikes'][number]
  decision: StrikeDecision
  onClose: () => void
  onDecided: (review: StrikeReview) => void
}) {
  const queries = useVivaQueries()
  const queryClient = useQueryClient()
  const [reason, setReason] = useState('')
  const [isTried, setTried] = useState(false)
  const keyed = useRetryKey()
  const review = useMutation({
    ...queries.proctoring.reviewStrike.mutationOptions(),
    onSuccess: (made) => {
      const key = queries.reports.get.queryKey({ companyId, sessionId })
      queryClient.setQueryData(key, (shown) => shown && withReview(shown, strike.id, made))
      for (const { queryKey } of [queries.reports.get, queries.sessions.list, queries.sessions.get]) {
        void queryClient.invalidateQueries({ queryKey: queryKey() })
      }
      onDecided(made)
    },
  })
  const error =
    reason.trim().length < MIN_REASON ? words.tooShort : reason.length > MAX_REASON ? words.tooLong : null
  const isConfirm = decision === 'confirmed'

  function submit(): void {
    setTried(true)
    if (error !== null || review.isPending) return
    review.mutate(keyed({ companyId, sessionId, strikeId: strike.id, decision, reason }))
  }

  return (
    <Dialog title={isConfirm ? words.confirm : words.lift} onClose={onClose}>
      <form
        noValidate
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <p className="font-medium wrap-anywhere">{strike.message}</p>
        <p>{isConfirm ? words.confirmText : words.liftText}</p>
        <TextArea
          label={strings.strikes.reason}
          hint={words.reasonHint}
          error={isTried ? error : null}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          rows={3}
          required
          autoFocus
        />
        {review.isError && <Failure title={words.failed} error={review.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button type="submit" variant="primary" pending={review.isPending}>
            {isConfirm ? words.submitConfirm : words.submitLift}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
