import type { SessionHandle } from '@viva/client'
import { useRef, useState } from 'react'
import { room } from '#strings/candidate-room.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextArea } from '../../ui/field.tsx'
import { Failure } from '../../ui/states.tsx'

/**
 * A call that sends what waits first, which offline takes as long as that lasts; the candidate may give it up. Not a
 * mutation of TanStack Query, which the room does not load.
 */
function useLeaving(leave: (signal: AbortSignal) => Promise<unknown>) {
  const current = useRef<AbortController | null>(null)
  const [isPending, setPending] = useState(false)
  const [error, setError] = useState<unknown>(null)
  function cancel() {
    current.current?.abort()
    current.current = null
    setPending(false)
    setError(null)
  }
  async function call() {
    cancel()
    const mine = new AbortController()
    current.current = mine
    setPending(true)
    try {
      await leave(mine.signal)
    } catch (reason) {
      if (current.current === mine) setError(reason)
    }
    if (current.current === mine) setPending(false)
  }
  return { isPending, error, call: () => void call(), cancel }
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
        {finish.error !== null && <Failure error={finish.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={close}>{room.stay}</Button>
          <Button
            variant="primary"
            pending={finish.isPending}
            onClick={() => {
              onStop()
              finish.call()
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
            {withdraw.error !== null && <Failure error={withdraw.error} />}
            <div className="flex flex-wrap justify-end gap-2">
              <Button onClick={close}>{room.stay}</Button>
              <Button variant="danger" pending={withdraw.isPending} onClick={withdraw.call}>
                {room.withdrawConfirm}
              </Button>
            </div>
          </div>
        </Dialog>
      )}
    </div>
  )
}
