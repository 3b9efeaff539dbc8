import type { MediaObject, TranscriptEntry } from '@viva/client'

/** The recordings of one kind that belong to one question, in the order in which they were made. */
export interface RecordingGroup {
  questionId: string | null
  /** The question's number; null where they belong to none. */
  position: number | null
  kind: MediaObject['kind']
  parts: MediaObject[]
}

/** Where an answer's recordings are on the page. */
export const recordingAnchor = (questionId: string | null) => `recording-${questionId ?? 'none'}`

/**
 * Puts recordings together by question and kind, in the order of the questions; those of no question come last. A
 * recording that names no question belongs to the one whose answer names the recording. Pure.
 */
export function groupRecordings(
  media: readonly MediaObject[],
  transcript: readonly TranscriptEntry[],
): RecordingGroup[] {
  const groups = new Map<string, RecordingGroup>()
  const inOrder = media.toSorted((one, other) => (one.createdAt < other.createdAt ? -1 : 1))
  for (const part of inOrder) {
    const entry = transcript.find(
      ({ question, answers }) =>
        question.id === part.questionId || answers.some(({ mediaId }) => mediaId === part.id),
    )
    const questionId = entry?.question.id ?? null
    const key = `${questionId} ${part.kind}`
    const group = groups.get(key) ?? {
      questionId,
      position: entry?.question.position ?? null,
      kind: part.kind,
      parts: [],
    }
    group.parts.push(part)
    groups.set(key, group)
  }
  const place = ({ position }: RecordingGroup) => position ?? Number.POSITIVE_INFINITY
  return [...groups.values()].sort((one, other) => (place(one) < place(other) ? -1 : 1))
}
