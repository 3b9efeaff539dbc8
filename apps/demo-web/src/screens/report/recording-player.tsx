import { useMutation } from '@tanstack/react-query'
import type { MediaLink, MediaObject, Session } from '@viva/client'
import { useVivaQueries } from '@viva/client/react'
import { Play } from 'lucide-react'
import { type SyntheticEvent, useRef, useState } from 'react'
import { report as strings } from '#strings/report.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/states.tsx'

const { recordings: words } = strings

/** The part that is played, and the link it is played by. */
interface Playing {
  index: number
  link: MediaLink
  /** Where to go on, in seconds: where an expired link broke off. */
  startAt: number
}

/**
 * Plays the parts of a recording one after the other. A link is asked for when it is needed, since each is noted in the
 * audit log, and asked for anew where it has expired in the middle.
 */
export function RecordingPlayer({
  parts,
  session: { companyId },
  kind,
  name,
  playLabel,
}: {
  /** Stored ones, at least one. */
  parts: readonly MediaObject[]
  session: Session
  kind: 'audio' | 'video' | 'screen'
  name: string
  playLabel: string
}) {
  const queries = useVivaQueries()
  const [playing, setPlaying] = useState<Playing | null>(null)
  const [state, setState] = useState<'idle' | 'ended' | 'unplayable'>('idle')
  const isRenewed = useRef(false)
  const link = useMutation(queries.media.link.mutationOptions())
  const current = playing === null ? null : parts[playing.index]

  function play(index: number, startAt = 0): void {
    const part = parts[index]
    if (!part) return
    setState('idle')
    link.mutate(
      { companyId, sessionId: part.sessionId, mediaId: part.id },
      { onSuccess: (made) => setPlaying({ index, link: made, startAt }) },
    )
  }

  // One element for all parts: a player in fullscreen stays there from one part to the next.
  const element = playing && {
    src: playing.link.url,
    controls: true,
    autoPlay: true,
    'aria-label': name,
    onLoadedMetadata: (event: SyntheticEvent<HTMLMediaElement>) => {
      if (playing.startAt > 0) event.currentTarget.currentTime = playing.startAt
    },
    onPlaying: () => {
      isRenewed.current = false
    },
    onEnded: () => {
      if (playing.index + 1 < parts.length) play(playing.index + 1)
      else setState('ended')
    },
    onError: (event: SyntheticEvent<HTMLMediaElement>) => {
      // A fresh link that fails as well leads to something that this browser cannot play.
      if (isRenewed.current || Date.parse(playing.link.expiresAt) > Date.now()) {
        setState('unplayable')
        return
      }
      isRenewed.current = true
      play(playing.index, event.currentTarget.currentTime)
    },
  }
  const isVideo = kind !== 'audio'
  return (
    <div className="grid gap-2 print:hidden">
      <div className={`grid place-items-center rounded-lg bg-sunken ${isVideo ? 'aspect-video' : 'h-16'}`}>
        {element === null ? (
          <Button aria-label={playLabel} pending={link.isPending} onClick={() => play(0)}>
            <Play aria-hidden className="size-4" />
            {words.play}
          </Button>
        ) : isVideo ? (
          <video {...element} playsInline className="size-full rounded-lg" />
        ) : (
          <audio {...element} className="w-full px-2" />
        )}
      </div>
      <p role="status" className="min-h-5 text-sm">
        {state === 'ended'
          ? words.ended
          : state === 'unplayable'
            ? words.unplayable
            : playing && current
              ? words.playing(playing.index + 1, parts.length)
              : ''}
      </p>
      {parts.length > 1 && (
        <div className="flex flex-wrap gap-2">
          {parts.map((part, index) => (
            <Button
              key={part.id}
              size="small"
              aria-current={playing?.index === index || undefined}
              aria-label={words.playPart(index + 1)}
              className="min-w-8 aria-[current]:border-accent aria-[current]:bg-accent-soft"
              onClick={() => play(index)}
            >
              {index + 1}
            </Button>
          ))}
        </div>
      )}
      <p className="text-xs text-muted">{words.noCaptions}</p>
      {link.isError && <Failure title={words.failed} error={link.error} />}
    </div>
  )
}
