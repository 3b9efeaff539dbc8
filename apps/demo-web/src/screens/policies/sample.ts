import type { PolicyPreview, SignalKind } from '@viva/client'

/** A signal of a sample: its kind, and when it comes. `key` names it for as long as it is on the page. */
export interface SampleSignal {
  key: string
  kind: SignalKind
  /** Seconds from the start, as typed. */
  seconds: string
}

/** Signals to try a policy with: kind and seconds from the start. */
export const SAMPLES = {
  twoTabSwitches: [
    ['tab_hidden', 5],
    ['tab_visible', 12],
    ['tab_hidden', 48],
    ['tab_visible', 55],
  ],
  onePaste: [['paste', 20]],
  fullscreenTwice: [
    ['fullscreen_left', 30],
    ['fullscreen_left', 240],
  ],
  manySignals: [
    ['tab_hidden', 60],
    ['tab_visible', 75],
    ['paste', 130],
    ['tab_hidden', 420],
    ['tab_visible', 440],
    ['fullscreen_left', 700],
    ['copy', 810],
    ['extra_screen', 1100],
    ['paste', 1500],
    ['fullscreen_left', 1650],
  ],
  nothingSeen: [
    ['sensor_unavailable', 0],
    ['network_lost', 90],
    ['network_regained', 130],
  ],
} as const satisfies Record<string, readonly (readonly [SignalKind, number])[]>

export type SampleName = keyof typeof SAMPLES
export const SAMPLE_NAMES: readonly SampleName[] = [
  'twoTabSwitches',
  'onePaste',
  'fullscreenTwice',
  'manySignals',
  'nothingSeen',
]

/** A ready-made sample, to be changed at will. */
export function takeSample(name: SampleName): SampleSignal[] {
  return SAMPLES[name].map(([kind, seconds]) => ({
    key: crypto.randomUUID(),
    kind,
    seconds: String(seconds),
  }))
}

/** Any moment serves: the engine looks at the spans between signals alone. */
const START = Date.UTC(2000, 0, 1)
/** A whole day, far more than an interview lasts. */
export const MAX_SECONDS = 86_400

/** When a signal comes; null where what was typed is no time. */
export function secondsOf({ seconds }: SampleSignal): number | null {
  const value = seconds.trim() === '' ? Number.NaN : Number(seconds)
  return value >= 0 && value <= MAX_SECONDS ? value : null
}

/** A signal whose time is known. */
export interface TimedSignal {
  kind: SignalKind
  seconds: number
}

/** The signals in the order in which they come. Those without a time are left out. */
export function inOrder(sample: readonly SampleSignal[]): TimedSignal[] {
  return sample
    .flatMap((signal) => {
      const seconds = secondsOf(signal)
      return seconds === null ? [] : [{ kind: signal.kind, seconds }]
    })
    .toSorted((a, b) => a.seconds - b.seconds)
}

/** Signals as the server takes them for a preview. */
export function toSignals(signals: readonly TimedSignal[]): { clientTime: string; kind: SignalKind }[] {
  return signals.map(({ kind, seconds }) => ({
    kind,
    clientTime: new Date(START + Math.round(seconds * 1000)).toISOString(),
  }))
}

/** What a policy decided at one signal of a sample. */
export interface Judged extends TimedSignal {
  /** Its place in the sample's order, from 0. */
  position: number
  /** The strikes that it is a part of, numbered from 1 in the order in which they came. */
  partOf: number[]
  /** The strikes that it completed, each with the consequences that became due with it. */
  strikes: { number: number; strike: PolicyPreview['strikes'][number]; due: PolicyPreview['consequences'] }[]
  /** Came after a consequence had ended the interview, and was not looked at. */
  isAfterEnd: boolean
}

/** Lays out a preview along its sample: for each signal, in order, what came of it. */
export function judge(signals: readonly TimedSignal[], preview: PolicyPreview): Judged[] {
  const judged = signals.map(
    (signal, position): Judged => ({ ...signal, position, partOf: [], strikes: [], isAfterEnd: false }),
  )
  for (const [index, strike] of preview.strikes.entries()) {
    const number = index + 1
    for (const position of strike.signals) judged[position]?.partOf.push(number)
    const due = preview.consequences.filter(({ afterStrikes }) => afterStrikes === number)
    // The last of its signals is the one that made it.
    judged[strike.signals.at(-1) ?? -1]?.strikes.push({ number, strike, due })
  }
  const end = judged.findIndex(({ strikes }) =>
    strikes.some(({ due }) => due.some(({ action }) => action === 'end')),
  )
  return end === -1 ? judged : judged.map((item, index) => ({ ...item, isAfterEnd: index > end }))
}
