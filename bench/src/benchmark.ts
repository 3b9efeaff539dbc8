import type { ScratchServer } from './scratch-database.ts'

/** One number of the table: ours against a baseline that the same run measured on the same machine. */
export interface Measure {
  /** What is compared, as `ours ÷ baseline`. */
  name: string
  value: number
  /** The goal of the project, or absent where the number is only reported. */
  target?:
    | { atLeast: number }
    | { atMost: number }
    | { below: number; what: string }
    | { between: [number, number] }
  /** Digits after the point (default 2). */
  digits?: number
  /** Written after the value, for the few numbers that are no ratio. */
  unit?: string
}

/** What a benchmark found: the ratios, and the plain numbers that they come from. */
export interface Findings {
  measures: Measure[]
  /** Plain numbers by name, unit in the name. They hold for this machine at this moment; compare the ratios instead. */
  raw: Record<string, number | string>
}

/** A benchmark that can run alone: `pnpm bench append`. */
export interface Benchmark {
  name: string
  /** What it answers, in one line. */
  question: string
  run(server: ScratchServer): Promise<Findings>
}

/** Whether a measure reaches its target; null where it has none. */
export function meets({ value, target }: Measure): boolean | null {
  if (target === undefined) return null
  if ('atLeast' in target) return value >= target.atLeast
  if ('atMost' in target) return value <= target.atMost
  if ('below' in target) return value < target.below
  return value >= target.between[0] && value <= target.between[1]
}
