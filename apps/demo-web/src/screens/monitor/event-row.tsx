import type { SessionEvent } from '@viva/client'
import { memo, useState } from 'react'
import { monitor as strings } from '#strings/monitor.ts'
import { describeEvent } from '../../events/describe-event.ts'
import type { Tone } from '../../ui/badge.tsx'
import { formatDateTime, formatTime } from '../../ui/format.ts'

/** Longer texts, such as whole answers, are cut until somebody wants to read on. */
const SHOWN_CHARACTERS = 400

const ICON_TONES: Record<Tone, string> = {
  neutral: 'text-muted',
  accent: 'text-accent',
  good: 'text-good',
  warn: 'text-warn',
  bad: 'text-bad',
}

/** One event of a timeline. Strikes stand out. */
export const EventRow = memo(function EventRow({
  event,
  onReadOn,
}: {
  event: SessionEvent
  /** The reader opens a long text: nothing should scroll it away. */
  onReadOn: () => void
}) {
  const { title, detail, tone, icon: Icon } = describeEvent(event)
  const isStrike = event.type === 'strike.issued'
  return (
    <li
      data-seq={event.seq}
      className={`grid grid-cols-[auto_1fr_auto] gap-x-2 border-l-4 px-3 py-2 text-sm ${isStrike ? 'border-l-bad bg-bad-soft' : 'border-l-transparent'}`}
    >
      <Icon aria-hidden className={`mt-0.5 size-4 ${ICON_TONES[tone]}`} />
      <div className="min-w-0">
        <p className={`wrap-anywhere ${isStrike ? 'font-semibold text-bad' : 'font-medium'}`}>{title}</p>
        {detail !== undefined && <Detail text={detail} isStrong={isStrike} onReadOn={onReadOn} />}
      </div>
      <p className={`text-right text-xs tabular-nums ${isStrike ? 'text-ink' : 'text-muted'}`}>
        <time dateTime={event.at} title={formatDateTime(event.at)}>
          {formatTime(event.at)}
        </time>
        <span className="block font-mono">
          <span aria-hidden>#{event.seq}</span>
          <span className="sr-only">{strings.number(event.seq)}</span>
        </span>
      </p>
    </li>
  )
})

function Detail({ text, isStrong, onReadOn }: { text: string; isStrong: boolean; onReadOn: () => void }) {
  const [isWhole, setWhole] = useState(text.length <= SHOWN_CHARACTERS)
  return (
    <>
      <p className={`wrap-anywhere whitespace-pre-line ${isStrong ? 'text-ink' : 'text-muted'}`}>
        {isWhole ? text : `${text.slice(0, SHOWN_CHARACTERS).trimEnd()}…`}
      </p>
      {!isWhole && (
        <button
          type="button"
          className="min-h-6 font-medium text-accent underline-offset-2 hover:underline"
          onClick={() => {
            onReadOn()
            setWhole(true)
          }}
        >
          {strings.showWhole}
        </button>
      )}
    </>
  )
}
