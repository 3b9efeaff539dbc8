import type { Report, Session, SessionEvent } from '@viva/client'
import { report as strings } from '#strings/report.ts'
import { describeEvent } from '../../events/describe-event.ts'

export const LANES = ['answers', 'signals', 'strikes', 'recordings'] as const
export type Lane = (typeof LANES)[number]

/** How something looks in the chart: each has a shape of its own, so that nobody needs the colours. */
export type MarkKind = 'question' | 'answer' | 'signal' | 'strike' | 'lifted' | 'recording'

/** One moment or span of the session. */
export interface TimelineItem {
  seq: number
  lane: Lane
  kind: MarkKind
  /** ms since 1970, by the server's clock. */
  from: number
  /** The end of a span; null for a moment. */
  to: number | null
  title: string
  detail: string | null
}

/** What the chart and the table show. */
export interface SessionTimeline {
  items: TimelineItem[]
  /** ms since 1970: the begin of the interview, from which both count. */
  zero: number
  /** The first and the last moment. */
  from: number
  to: number
}

const PLACES: Partial<Record<SessionEvent['type'], { lane: Lane; kind: MarkKind }>> = {
  'question.asked': { lane: 'answers', kind: 'question' },
  'answer.received': { lane: 'answers', kind: 'answer' },
  'signal.recorded': { lane: 'signals', kind: 'signal' },
  'signal.gap': { lane: 'signals', kind: 'signal' },
  'signal.reordered': { lane: 'signals', kind: 'signal' },
  'strike.issued': { lane: 'strikes', kind: 'strike' },
  'media.stored': { lane: 'recordings', kind: 'recording' },
}

/** Lays a session's log out over time. Pure. */
export function layOutTimeline(
  { startedAt, closedAt }: Pick<Session, 'startedAt' | 'closedAt'>,
  events: readonly SessionEvent[],
  strikes: Report['strikes'],
): SessionTimeline {
  const items = events.flatMap((event): TimelineItem[] => {
    const place = PLACES[event.type]
    if (!place) return []
    const { title, detail = null } = describeEvent(event)
    const from = Date.parse(event.at)
    const to = event.type === 'question.asked' ? endOfQuestion(event, events, closedAt) : null
    return [{ seq: event.seq, ...place, ...liftedLook(event, strikes), from, to, title, detail }]
  })
  const first = Date.parse(startedAt ?? events[0]?.at ?? '') || 0
  const moments = items.flatMap(({ from, to }) => (to === null ? [from] : [from, to]))
  const last = closedAt === null ? first : Date.parse(closedAt)
  return {
    items,
    zero: first,
    from: Math.min(first, ...moments),
    to: Math.max(first + 1000, last, ...moments),
  }
}

function liftedLook(event: SessionEvent, strikes: Report['strikes']): Partial<TimelineItem> {
  if (event.type !== 'strike.issued') return {}
  const strike = strikes.find(({ id }) => id === event.payload?.strikeId)
  return strike?.review?.decision === 'lifted' ? { kind: 'lifted' } : {}
}

/** Until it was answered, or else until the next question or the end; null where it still stands. */
function endOfQuestion(
  asked: SessionEvent & { type: 'question.asked' },
  events: readonly SessionEvent[],
  closedAt: string | null,
): number | null {
  const later = events.filter(({ seq }) => seq > asked.seq)
  const answer = later.find(
    (event) =>
      event.type === 'answer.received' && event.payload?.questionId === (asked.payload?.questionId ?? ''),
  )
  const end = answer?.at ?? later.find(({ type }) => type === 'question.asked')?.at ?? closedAt
  return end === null ? null : Date.parse(end)
}

/** Steps between the ticks of an axis, in seconds. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400]
const MAX_TICKS = 7

/** Round times for an axis, counted from the interview's begin; in ms since 1970. */
export function ticksOf({ from, to, zero }: Pick<SessionTimeline, 'from' | 'to' | 'zero'>): number[] {
  const seconds = (to - from) / 1000
  const step = (STEPS.find((size) => seconds / size < MAX_TICKS) ?? seconds) * 1000
  const first = zero + Math.ceil((from - zero) / step) * step
  return Array.from({ length: Math.floor((to - first) / step) + 1 }, (_, tick) => first + tick * step)
}

/** Where a span or moment lies, counted from the interview's begin, for a person. @param ms since 1970 */
export function describeOffset(ms: number, zero: number): string {
  const seconds = Math.floor(Math.abs(ms - zero) / 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const clock =
    hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
  return ms < zero && seconds > 0 ? strings.timeline.before(clock) : clock
}
