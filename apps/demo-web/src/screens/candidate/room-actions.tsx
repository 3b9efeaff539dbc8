import type { SessionHandle } from '@viva/client'
import { useState } from 'react'
import { room } from '#strings/candidate-room.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextArea } from '../../ui/field.tsx'
import { Failure } from '../../ui/states.tsx'
import { useCall } from './use-call.ts'

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
  /** Ends the recording, whose last part the server takes before the end alone. */
  onStop: () => Promise<void>
  onClose: () => void
}) {
  const finish = useCall(async (signal) => {
    await onStop()
    await session.finalize({ signal })
  })
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
          <Button variant="primary" pending={finish.isPending} onClick={finish.call}>
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
  const withdraw = useCall((signal) =>
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
