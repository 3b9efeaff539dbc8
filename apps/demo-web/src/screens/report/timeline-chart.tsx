import {
  CartesianGrid,
  ReferenceArea,
  ResponsiveContainer,
  Scatter,
  ScatterChart,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import { report as strings } from '#strings/report.ts'
import { describeOffset, LANES, type SessionTimeline, type TimelineItem, ticksOf } from './timeline-items.ts'
import { TimelineMark } from './timeline-mark.tsx'

const { timeline: words } = strings
/** Half the height of a question's bar, in lanes. */
const HALF_BAR = 0.18
const TICK = { fill: 'var(--color-muted)', fontSize: 12 }

interface Point extends TimelineItem {
  x: number
  y: number
}

/**
 * The session over time in lanes. A picture for those who see it and use a mouse; the table beside it has the same for
 * everybody, so that it takes no focus.
 */
export function TimelineChart({
  timeline,
  onChoose,
}: {
  timeline: SessionTimeline
  /** An event was clicked. */
  onChoose: (seq: number) => void
}) {
  const { items, zero, from, to } = timeline
  const points = items
    .filter(({ kind, to: end }) => kind !== 'question' || end === null)
    .map((item): Point => ({ ...item, x: item.from, y: LANES.indexOf(item.lane) }))
  const spans = items.filter(({ kind, to: end }) => kind === 'question' && end !== null)
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ScatterChart accessibilityLayer={false} margin={{ top: 8, right: 16, bottom: 0, left: 0 }}>
        <CartesianGrid horizontal={false} stroke="var(--color-line)" />
        <XAxis
          dataKey="x"
          type="number"
          domain={[from, to]}
          ticks={ticksOf(timeline)}
          tickFormatter={(value: number) => describeOffset(value, zero)}
          tick={TICK}
          stroke="var(--color-edge)"
          minTickGap={32}
        />
        <YAxis
          dataKey="y"
          type="number"
          domain={[-0.5, LANES.length - 0.5]}
          ticks={LANES.map((_, index) => index)}
          tickFormatter={(value: number) => {
            const lane = LANES[value]
            return lane === undefined ? '' : words.lanes[lane]
          }}
          reversed
          interval={0}
          width={84}
          tick={TICK}
          tickLine={false}
          stroke="var(--color-edge)"
        />
        {spans.map((span) => (
          <ReferenceArea
            key={span.seq}
            x1={span.from}
            x2={span.to ?? span.from}
            y1={LANES.indexOf(span.lane) - HALF_BAR}
            y2={LANES.indexOf(span.lane) + HALF_BAR}
            fill="var(--color-accent-soft)"
            fillOpacity={1}
            stroke="var(--color-accent)"
            radius={3}
            className="cursor-pointer"
            onClick={() => onChoose(span.seq)}
          />
        ))}
        <Tooltip
          cursor={false}
          isAnimationActive={false}
          content={({ payload }) => {
            // The points above, as the library hands them back.
            const point: Point | undefined = payload?.[0]?.payload
            return point ? <PointText point={point} zero={zero} /> : null
          }}
        />
        <Scatter
          data={points}
          isAnimationActive={false}
          shape={({
            cx,
            cy,
            payload,
          }: {
            cx: number | undefined
            cy: number | undefined
            payload?: Point
          }) =>
            payload && cx !== undefined && cy !== undefined ? (
              // biome-ignore lint/a11y/noStaticElementInteractions: the table has a link for each
              <g className="cursor-pointer" onClick={() => onChoose(payload.seq)}>
                {/* Something to hit for a finger. */}
                <circle cx={cx} cy={cy} r={12} fill="transparent" />
                <TimelineMark kind={payload.kind} x={cx} y={cy} />
              </g>
            ) : (
              <g />
            )
          }
        />
      </ScatterChart>
    </ResponsiveContainer>
  )
}

function PointText({ point, zero }: { point: Point; zero: number }) {
  return (
    <div className="max-w-64 rounded-lg border border-line bg-surface px-3 py-2 text-xs text-ink shadow-lg">
      <p className="font-medium">
        <span className="tabular-nums">{describeOffset(point.from, zero)}</span>{' '}
        {point.kind === 'lifted' ? words.liftedStrike : point.title}
      </p>
      {point.detail !== null && <p className="line-clamp-3 wrap-anywhere">{point.detail}</p>}
    </div>
  )
}
