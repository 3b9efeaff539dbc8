import type { MarkKind } from './timeline-items.ts'

/** The sign of a kind of moment, around a point: told apart by its shape, and by its colour only again. */
export function TimelineMark({ kind, x, y }: { kind: MarkKind; x: number; y: number }) {
  switch (kind) {
    case 'question':
      return (
        <rect x={x - 7} y={y - 4} width={14} height={8} rx={2} className="fill-accent-soft stroke-accent" />
      )
    case 'answer':
      return <circle cx={x} cy={y} r={5} className="fill-accent" />
    case 'signal':
      return <path d={`M${x} ${y - 6}l6 11h-12z`} className="fill-warn" />
    case 'strike':
      return <path d={`M${x} ${y - 7}l7 7-7 7-7-7z`} className="fill-bad" />
    case 'lifted':
      return <path d={`M${x} ${y - 6}l6 6-6 6-6-6z`} strokeWidth={2} className="fill-surface stroke-bad" />
    case 'recording':
      return <rect x={x - 5} y={y - 5} width={10} height={10} className="fill-good" />
  }
}
