import { useMutation } from '@tanstack/react-query'
import type { MediaObject, Session, TranscriptEntry } from '@viva/client'
import { useVivaQueries } from '@viva/client/react'
import { Download, VideoOff } from 'lucide-react'
import { useMemo } from 'react'
import { events as eventStrings } from '#strings/events.ts'
import { report as strings } from '#strings/report.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { formatBytes } from '../../ui/format.ts'
import { Empty, Failure } from '../../ui/states.tsx'
import { groupRecordings, type RecordingGroup, recordingAnchor } from './recording-groups.ts'
import { RecordingPlayer } from './recording-player.tsx'
import { saveAddress } from './save-file.ts'

const { recordings: words } = strings

/** What was recorded, question by question, to be played and saved. */
export function Recordings({
  session,
  media,
  transcript,
}: {
  session: Session
  media: readonly MediaObject[]
  transcript: readonly TranscriptEntry[]
}) {
  const groups = useMemo(() => groupRecordings(media, transcript), [media, transcript])
  // A question may have several groups; links lead to its first.
  const anchors = new Map(groups.toReversed().map((group) => [recordingAnchor(group.questionId), group]))
  return (
    <Card title={words.title} description={groups.length > 0 ? words.description : undefined}>
      {groups.length === 0 ? (
        <Empty icon={VideoOff} title={words.empty}>
          {words.emptyText}
        </Empty>
      ) : (
        <ul className="grid gap-6">
          {groups.map((group) => {
            const anchor = recordingAnchor(group.questionId)
            const isFirst = anchors.get(anchor) === group
            return (
              <li key={`${anchor} ${group.kind}`}>
                <Group group={group} session={session} {...(isFirst && { anchor })} />
              </li>
            )
          })}
        </ul>
      )}
    </Card>
  )
}

function Group({ group, session, anchor }: { group: RecordingGroup; session: Session; anchor?: string }) {
  const { kind, position, parts } = group
  const stored = parts.filter(({ status }) => status === 'stored')
  const groupName = position === null ? words.noQuestion : words.ofQuestion(position)
  const kindName = eventStrings.mediaKinds[kind]
  const size = formatBytes(stored.reduce((sum, { bytes }) => sum + bytes, 0))
  const isPlayable = kind === 'audio' || kind === 'video' || kind === 'screen'
  return (
    <article className="grid gap-2">
      <h3 id={anchor} tabIndex={-1} className="font-semibold">
        {words.playerOf(kindName, groupName)}
      </h3>
      <p className="text-sm text-muted">{words.parts(parts.length, size)}</p>
      {isPlayable && stored.length > 0 && (
        <RecordingPlayer
          parts={stored}
          session={session}
          kind={kind}
          name={words.playerOf(kindName, groupName)}
          playLabel={words.playOf(kindName, groupName)}
        />
      )}
      <details className="text-sm">
        <summary className="min-h-6 w-fit rounded text-muted">{words.details}</summary>
        <ol className="mt-2 grid gap-3">
          {parts.map((part, index) => (
            <li key={part.id}>
              <File
                part={part}
                name={`${kindName}, ${groupName}, ${words.part(index + 1)}`}
                session={session}
              />
            </li>
          ))}
        </ol>
      </details>
    </article>
  )
}

function File({ part, name, session }: { part: MediaObject; name: string; session: Session }) {
  const queries = useVivaQueries()
  const download = useMutation({
    ...queries.media.link.mutationOptions(),
    onSuccess: ({ url }) => saveAddress(url, part.id),
  })
  const { id: mediaId, sessionId, status, contentType, bytes, sha256 } = part
  return (
    <div className="grid justify-items-start gap-1">
      <p className="font-medium">{name}</p>
      <p className="text-muted">
        {formatBytes(bytes)}, {contentType}
      </p>
      {sha256 !== null && (
        <p className="wrap-anywhere">
          {words.sha256} <code className="font-mono text-xs">{sha256}</code>
        </p>
      )}
      {status === 'stored' ? (
        <Button
          size="small"
          className="print:hidden"
          aria-label={words.downloadOf(name)}
          pending={download.isPending}
          onClick={() => download.mutate({ companyId: session.companyId, sessionId, mediaId })}
        >
          <Download aria-hidden className="size-4" />
          {words.download}
        </Button>
      ) : (
        <p className="text-warn">{words[status]}</p>
      )}
      {download.isError && <Failure error={download.error} />}
    </div>
  )
}
