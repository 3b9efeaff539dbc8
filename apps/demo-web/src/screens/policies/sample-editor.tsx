import { SIGNAL_KINDS } from '@viva/client'
import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { events } from '#strings/events.ts'
import { policies } from '#strings/policies.ts'
import { Button } from '../../ui/button.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { useFocusAfter } from '../../ui/use-focus-after.ts'
import { MAX_SECONDS, SAMPLE_NAMES, type SampleSignal, secondsOf, takeSample } from './sample.ts'

/** A sample of signals, made up by hand or taken ready-made. */
export function SampleEditor({
  sample,
  onChange,
}: {
  sample: SampleSignal[]
  onChange: (sample: SampleSignal[]) => void
}) {
  const strings = policies.preview
  const { within, focusAfter } = useFocusAfter<HTMLDivElement>()
  const [said, setSaid] = useState('')
  const change = (key: string, changed: Partial<SampleSignal>) =>
    onChange(sample.map((signal) => (signal.key === key ? { ...signal, ...changed } : signal)))
  const add = () => {
    const last = sample.reduce((latest, signal) => Math.max(latest, secondsOf(signal) ?? 0), 0)
    const seconds = String(sample.length === 0 ? 0 : Math.min(last + 10, MAX_SECONDS))
    onChange([...sample, { key: crypto.randomUUID(), kind: 'tab_hidden', seconds }])
    focusAfter(`signal-${sample.length}`)
    setSaid(strings.added(sample.length + 1))
  }
  const remove = (position: number) => {
    onChange(sample.filter((_, index) => index !== position))
    focusAfter(`signal-${Math.min(position, sample.length - 2)}`, 'add-signal')
    setSaid(strings.removed(position + 1))
  }
  return (
    <div ref={within} className="grid gap-4">
      <p role="status" className="sr-only">
        {said}
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: buttons are no form controls that a fieldset would group */}
      <div role="group" aria-label={strings.samples} className="flex flex-wrap gap-2">
        {SAMPLE_NAMES.map((name) => (
          <Button key={name} size="small" onClick={() => onChange(takeSample(name))}>
            {strings.sampleNames[name]}
          </Button>
        ))}
      </div>
      {sample.length === 0 && <p className="text-sm text-muted">{strings.emptySample}</p>}
      <ol aria-label={strings.signals} className="grid gap-2 empty:hidden">
        {sample.map((signal, position) => (
          <li key={signal.key} className="grid grid-cols-[minmax(0,1fr)_6rem_auto] items-start gap-2">
            <SelectField
              label={strings.signalOf(position + 1)}
              hideLabel
              data-focus={`signal-${position}`}
              value={signal.kind}
              onChange={({ target }) => {
                const kind = SIGNAL_KINDS.find((item) => item === target.value)
                if (kind) change(signal.key, { kind })
              }}
            >
              {SIGNAL_KINDS.map((kind) => (
                <option key={kind} value={kind}>
                  {events.signals[kind]}
                </option>
              ))}
            </SelectField>
            <TextField
              label={strings.secondsOf(position + 1)}
              hideLabel
              type="number"
              inputMode="decimal"
              step="any"
              min={0}
              value={signal.seconds}
              error={secondsOf(signal) === null ? strings.badSeconds : null}
              onChange={({ target }) => change(signal.key, { seconds: target.value })}
            />
            <Button
              variant="quiet"
              size="icon"
              aria-label={strings.remove(position + 1)}
              onClick={() => remove(position)}
            >
              <Trash2 aria-hidden className="size-4" />
            </Button>
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap items-center gap-3">
        <Button size="small" data-focus="add-signal" onClick={add}>
          <Plus aria-hidden className="size-4" />
          {strings.add}
        </Button>
        <p className="text-sm text-muted">{strings.sampleHint}</p>
      </div>
    </div>
  )
}
