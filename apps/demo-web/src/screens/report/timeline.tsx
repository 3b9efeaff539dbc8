import type { Report, Session, SessionEvent } from '@viva/client'
import { ChartGantt } from 'lucide-react'
import { lazy, Suspense, useMemo } from 'react'
import { report as strings } from '#strings/report.ts'
import { Card } from '../../ui/card.tsx'
import { Empty } from '../../ui/states.tsx'
import { EventLink, useJumps } from './jumps.tsx'
import { describeOffset, layOutTimeline, type MarkKind, type SessionTimeline } from './timeline-items.ts'
import { TimelineMark } from './timeline-mark.tsx'

// The charting library is large, and of use here alone.
const TimelineChart = lazy(() =>
  import('./timeline-chart.tsx').then(({ TimelineChart: Chart }) => ({ default: Chart })),
)

const { timeline: words } = strings
const LEGEND = ['question', 'answer', 'signal', 'strike', 'lifted', 'recording'] as const satisfies MarkKind[]

/** The session over time: a chart for the eye, and a table of the same for everybody. */
export function Timeline({
  session,
  events,
  strikes,
}: {
  session: Session
  events: readonly SessionEvent[]
  strikes: Report['strikes']
}) {
  const { showEvent } = useJumps()
  const { startedAt, closedAt } = session
  const timeline = useMemo(
    () => layOutTimeline({ startedAt, closedAt }, events, strikes),
    [startedAt, closedAt, events, strikes],
  )
  return (
    <Card title={words.title} description={words.description}>
      {timeline.items.length === 0 ? (
        <div className="min-h-72">
          <Empty icon={ChartGantt} title={words.empty} />
        </div>
      ) : (
        <div className="grid gap-4">
          <figure className="grid gap-2">
            <div role="img" aria-label={words.chart(timeline.items.length)} className="h-64 text-xs">
              <Suspense fallback={<div className="h-full animate-pulse rounded-lg bg-sunken" />}>
                <TimelineChart timeline={timeline} onChoose={showEvent} />
              </Suspense>
            </div>
            <figcaption aria-hidden className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
              {LEGEND.map((kind) => (
                <span key={kind} className="inline-flex items-center gap-1.5">
                  <svg viewBox="0 0 16 16" aria-hidden="true" className="size-4">
                    <TimelineMark kind={kind} x={8} y={8} />
                  </svg>
                  {words.legend[kind]}
                </span>
              ))}
            </figcaption>
          </figure>
          <TimelineTable timeline={timeline} />
        </div>
      )}
    </Card>
  )
}

function TimelineTable({ timeline: { items, zero } }: { timeline: SessionTimeline }) {
  return (
    <details className="text-sm">
      <summary className="min-h-6 w-fit rounded font-medium">{words.table}</summary>
      {/* Scrolls by itself where it is too wide, also by the keyboard. */}
      <section
        aria-label={words.tableLabel}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard
        tabIndex={0}
        className="mt-2 max-h-96 overflow-auto rounded-lg border border-line print:max-h-none"
      >
        <table className="w-full text-left">
          <thead className="sticky top-0 bg-sunken">
            <tr>
              {[words.time, words.lane, words.what, words.event].map((name) => (
                <th key={name} scope="col" className="px-3 py-2 font-medium">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {items.map(({ seq, lane, kind, from, to, title, detail }) => (
              <tr key={seq} className="align-top">
                <td className="px-3 py-1.5 whitespace-nowrap tabular-nums">
                  {to === null
                    ? describeOffset(from, zero)
                    : words.until(describeOffset(from, zero), describeOffset(to, zero))}
                </td>
                <td className="px-3 py-1.5">{words.lanes[lane]}</td>
                <td className="min-w-48 px-3 py-1.5">
                  <span className="line-clamp-2 wrap-anywhere">
                    {kind === 'lifted' ? words.liftedStrike : title}
                    {detail !== null && `: ${detail}`}
                  </span>
                </td>
                <td className="px-3 py-1.5 whitespace-nowrap">
                  <EventLink seq={seq} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  )
}
