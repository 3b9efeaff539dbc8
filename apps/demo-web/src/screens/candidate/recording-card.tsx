import { Circle, CircleStop, Video } from 'lucide-react'
import { recording as recordingStrings } from '#strings/candidate-room.ts'
import { LOCALE } from '#strings/common.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { CameraView } from './camera-view.tsx'
import type { RecordedSensor, Recording } from './use-recording.ts'

const strings = recordingStrings
const list = new Intl.ListFormat(LOCALE, { type: 'conjunction' })
const namesOf = (sensors: readonly RecordedSensor[]) =>
  list.format(sensors.map((sensor) => strings.with[sensor]))

/** Shows what is recorded at this moment, and lets the candidate start and stop it. */
export function RecordingCard({ recording, isAnswering }: { recording: Recording; isAnswering: boolean }) {
  const { sensors, isSupported, status, open, unavailable, preview, queue, start, stop } = recording
  if (sensors.length === 0) return null
  const isOn = status === 'on'
  return (
    <Card title={strings.title}>
      <div className="grid gap-3 text-sm">
        <p role="status" className="flex items-start gap-2">
          <Circle
            aria-hidden
            className={`mt-1 size-3 shrink-0 ${isOn && isAnswering ? 'fill-bad text-bad' : 'text-muted'}`}
          />
          {isOn ? (isAnswering ? strings.on(namesOf(open)) : strings.paused) : strings.off}
        </p>
        {preview && <CameraView stream={preview} label={strings.preview} className="w-full max-w-60" />}
        {!isSupported && <p className="text-muted">{strings.unsupported}</p>}
        {isSupported && !isOn && (
          <Button pending={status === 'asking'} onClick={start}>
            <Video aria-hidden className="size-4" />
            {status === 'asking' ? strings.asking : strings.start}
          </Button>
        )}
        {isOn && (
          <Button onClick={stop}>
            <CircleStop aria-hidden className="size-4" />
            {strings.stop}
          </Button>
        )}
        {unavailable.length > 0 && (
          <p role="status" className="text-warn">
            {strings.unavailable(namesOf(unavailable))}
          </p>
        )}
        {(queue.waiting > 0 || queue.stored > 0) && (
          <p className="text-muted">
            {strings.stored(queue.stored)}
            {queue.waiting > 0 && ` · ${strings.waitingParts(queue.waiting)}`}
          </p>
        )}
        {queue.isRetrying && (
          <p role="status" className="text-warn">
            {strings.retrying}
          </p>
        )}
        {queue.refusal !== null && (
          <p role="alert" className="text-bad wrap-anywhere">
            {strings.refusedPart(queue.refusal)}
          </p>
        )}
      </div>
    </Card>
  )
}
