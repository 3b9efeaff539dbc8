import type { SessionEvent } from '@viva/client'
import { duration, heading, table } from './print.ts'

/** One step of the demo, by this machine's clock in ms. */
interface Step {
  name: string
  begun: number
  ended: number
}

/** Runs the demo's steps and remembers how long each took. */
export interface Steps {
  run<Result>(name: string, work: () => Promise<Result>): Promise<Result>
  /** The table of all steps with what of the session's log falls into each. `ahead`: the server's clock minus ours, in ms. */
  summarize(events: readonly SessionEvent[], ahead: number): void
}

export function createSteps(): Steps {
  const steps: Step[] = []
  return {
    async run(name, work) {
      heading(name)
      const step: Step = { name, begun: Date.now(), ended: Number.POSITIVE_INFINITY }
      steps.push(step)
      const result = await work()
      step.ended = Date.now()
      return result
    },
    summarize(events, ahead) {
      const rows = steps.map(({ name, begun, ended }, index) => {
        const next = steps[index + 1]?.begun ?? Number.POSITIVE_INFINITY
        const within = events.filter(({ at }) => {
          const time = Date.parse(at) - ahead
          // What the server appends by itself between two steps belongs to the one before.
          return time < next && (index === 0 || time >= begun)
        })
        return [name, ...counts(within), duration(ended - begun)]
      })
      const whole = steps.reduce((sum, { begun, ended }) => sum + ended - begun, 0)
      table(['Step', 'Events', 'Strikes', 'Runs', 'Time'], rows, [
        'Whole',
        ...counts(events),
        duration(whole),
      ])
    },
  }
}

function counts(events: readonly SessionEvent[]): string[] {
  const of = (type: SessionEvent['type']) => events.filter((event) => event.type === type).length
  return [events.length, of('strike.issued'), of('run.finished')].map(String)
}
