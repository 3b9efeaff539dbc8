/** Something to measure again and again: does its work for about `ms` milliseconds and returns a number. */
export type Trial = (ms: number) => Promise<number>

/**
 * Measures several trials in turn, round after round (A B C, C B A, …), after one round that does not count. What else
 * the machine does disturbs all of them alike, so the ratio of two trials of one round is steadier than either.
 *
 * @returns for each trial, in the order given, what it returned in each round
 */
export async function interleave<const Trials extends readonly Trial[]>(
  trials: Trials,
  { rounds, ms }: { rounds: number; ms: number },
): Promise<{ [Index in keyof Trials]: number[] }> {
  const slots = trials.map((trial) => ({ trial, values: [] as number[] }))
  for (let round = 0; round <= rounds; round++) {
    // Every other round backwards: what one trial leaves behind must not always meet the same successor.
    for (const { trial, values } of round % 2 === 0 ? slots : slots.toReversed()) {
      const value = await trial(ms)
      if (round > 0) values.push(value)
    }
  }
  return slots.map(({ values }) => values) as { [Index in keyof Trials]: number[] }
}

/** The median over rounds of one trial's value divided by another's of the same round. */
export function medianRatio(ours: readonly number[], baseline: readonly number[]): number {
  return median(ours.map((value, round) => value / (baseline[round] ?? Number.NaN)))
}

/** The value in the middle; of an even number of values, the upper one of the two. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value that the part `share` of all values lies below (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  if (value === undefined) throw new RangeError('there are no values')
  return value
}
