import { useMutation } from '@tanstack/react-query'
import type { SessionHandle } from '@viva/client'
import { useRef, useState } from 'react'
import { room } from '#strings/candidate-room.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextArea } from '../../ui/field.tsx'
import { Failure } from '../../ui/states.tsx'

/** A call that sends what waits first, which offline takes as long as that lasts; the candidate may give it up. */
function useLeaving(leave: (signal: AbortSignal) => Promise<unknown>) {
  const giveUp = useRef<AbortController | null>(null)
  const call = useMutation({
    mutationFn: () => {
      giveUp.current = new AbortController()
      return leave(giveUp.current.signal)
    },
  })
  return {
    ...call,
    cancel() {
      giveUp.current?.abort()
      call.reset()
    },
  }
}

/** Hands the interview in, after a question. */
export function FinishDialog({
  session,
  isEarly,
  hasDraft,
  uploads,
  onStop,
  onClose,
}: {
  session: SessionHandle
  isEarly: boolean
  hasDraft: boolean
  /** Parts of recordings that are still being sent. */
  uploads: number
  /** Ends the recording. */
  onStop: () => void
  onClose: () => void
}) {
  const finish = useLeaving((signal) => session.finalize({ signal }))
  const close = () => {
    finish.cancel()
    onClose()
  }
  return (
    <Dialog title={room.finishTitle} onClose={close}>
      <div className="grid gap-4">
        <p>{room.finishText}</p>
        {isEarly && <p>{room.finishEarly}</p>}
        {hasDraft && <p className="font-medium text-warn">{room.finishDraft}</p>}
        {uploads > 0 && <p role="status">{room.finishUploads(uploads)}</p>}
        {finish.isPending && <p role="status">{room.finishing}</p>}
        {finish.isError && <Failure error={finish.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={close}>{room.stay}</Button>
          <Button
            variant="primary"
            pending={finish.isPending}
            onClick={() => {
              onStop()
              finish.mutate()
            }}
          >
            {room.finishConfirm}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

/** Finishing early and withdrawing, each after a question. */
export function RoomActions({ session, onFinish }: { session: SessionHandle; onFinish: () => void }) {
  const [isWithdrawing, setWithdrawing] = useState(false)
  const [note, setNote] = useState('')
  const withdraw = useLeaving((signal) =>
    session.withdraw({ signal, ...(note.trim() === '' ? {} : { note: note.trim() }) }),
  )
  const close = () => {
    withdraw.cancel()
    setWithdrawing(false)
  }
  return (
    <div className="flex flex-wrap gap-2">
      <Button onClick={onFinish}>{room.finish}</Button>
      <Button variant="quiet" onClick={() => setWithdrawing(true)}>
        {room.withdraw}
      </Button>
      {isWithdrawing && (
        <Dialog title={room.withdrawTitle} onClose={close}>
          <div className="grid gap-4">
            <p>{room.withdrawText}</p>
            <TextArea
              label={room.withdrawReason}
              isOptional
              rows={3}
              maxLength={1000}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
            {withdraw.isPending && <p role="status">{room.finishing}</p>}
            {withdraw.isError && <Failure error={withdraw.error} />}
            <div className="flex flex-wrap justify-end gap-2">
              <Button onClick={close}>{room.stay}</Button>
              <Button variant="danger" pending={withdraw.isPending} onClick={() => withdraw.mutate()}>
                {room.withdrawConfirm}
              </Button>
            </div>
          </div>
        </Dialog>
      )}
    </div>
  )
}
