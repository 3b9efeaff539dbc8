import { SEVERITIES } from '@viva/client'
import { Copy, Plus, Trash2 } from 'lucide-react'
import { useId, useState } from 'react'
import { useFieldArray, useFormContext } from 'react-hook-form'
import { events } from '#strings/events.ts'
import { policies } from '#strings/policies.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { useFocusAfter } from '../../ui/use-focus-after.ts'
import { COUNTED_KINDS, duplicateRule, emptyRule, type PolicyForm } from './policy-form.ts'

/** When signals become a strike. */
export function Rules() {
  const strings = policies.rules
  const { control, getValues } = useFormContext<PolicyForm>()
  const list = useFieldArray({ control, name: 'rules.rules', keyName: 'key' })
  const { within, focusAfter } = useFocusAfter<HTMLDivElement>()
  const [said, setSaid] = useState('')
  const count = list.fields.length
  const insert = (position: number, rule: ReturnType<typeof emptyRule>) => {
    list.insert(position, rule, { shouldFocus: false })
    focusAfter(`rule-${position}-message`)
    setSaid(strings.added(position + 1))
  }
  return (
    <Card title={strings.title} description={strings.text}>
      <div ref={within} className="grid gap-4">
        <p role="status" className="sr-only">
          {said}
        </p>
        {count === 0 && <p className="text-sm text-muted">{strings.empty}</p>}
        <ol className="grid gap-4 empty:hidden">
          {list.fields.map(({ key }, position) => (
            <RuleCard
              key={key}
              position={position}
              onDuplicate={() => insert(position + 1, duplicateRule(getValues(`rules.rules.${position}`)))}
              onRemove={() => {
                list.remove(position)
                focusAfter(`rule-${Math.min(position, count - 2)}-message`, 'add-rule')
                setSaid(strings.removed(position + 1))
              }}
            />
          ))}
        </ol>
        <div>
          <Button data-focus="add-rule" onClick={() => insert(count, emptyRule())}>
            <Plus aria-hidden className="size-4" />
            {strings.add}
          </Button>
        </div>
      </div>
    </Card>
  )
}

function RuleCard({
  position,
  onDuplicate,
  onRemove,
}: {
  position: number
  onDuplicate: () => void
  onRemove: () => void
}) {
  const strings = policies.rules
  const { register, formState } = useFormContext<PolicyForm>()
  const headingId = useId()
  const path = `rules.rules.${position}` as const
  const errors = formState.errors.rules?.rules?.[position]
  const number = position + 1
  return (
    <li className="rounded-lg border border-line">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out like this in every browser */}
      <div role="group" aria-labelledby={headingId} className="grid gap-4 p-3 sm:p-4">
        <div className="flex items-center gap-1">
          <h3 id={headingId} className="mr-auto font-medium">
            {strings.rule(number)}
          </h3>
          <Button variant="quiet" size="icon" aria-label={strings.duplicate(number)} onClick={onDuplicate}>
            <Copy aria-hidden className="size-4" />
          </Button>
          <Button variant="quiet" size="icon" aria-label={strings.remove(number)} onClick={onRemove}>
            <Trash2 aria-hidden className="size-4" />
          </Button>
        </div>
        <TextField
          label={strings.message}
          hint={strings.messageHint}
          data-focus={`rule-${position}-message`}
          error={errors?.message?.message}
          {...register(`${path}.message`)}
        />
        <Kinds position={position} />
        <div className="grid gap-4 sm:grid-cols-3">
          <TextField
            label={strings.count}
            type="number"
            inputMode="numeric"
            error={errors?.count?.message}
            {...register(`${path}.count`)}
          />
          <TextField
            label={strings.window}
            type="number"
            inputMode="numeric"
            hint={strings.windowHint}
            error={errors?.windowSeconds?.message}
            {...register(`${path}.windowSeconds`)}
          />
          <SelectField label={strings.severity} {...register(`${path}.severity`)}>
            {SEVERITIES.map((severity) => (
              <option key={severity} value={severity}>
                {events.severities[severity]}
              </option>
            ))}
          </SelectField>
        </div>
      </div>
    </li>
  )
}

function Kinds({ position }: { position: number }) {
  const { register, formState } = useFormContext<PolicyForm>()
  const id = useId()
  const errors = formState.errors.rules?.rules?.[position]?.kinds
  const error = errors?.root?.message ?? errors?.message
  return (
    <fieldset aria-describedby={error ? `${id}-error` : undefined} className="min-w-0">
      <legend className="mb-2 text-sm font-medium">{policies.rules.kinds}</legend>
      <div className="grid gap-x-4 gap-y-1 sm:grid-cols-2 xl:grid-cols-3">
        {COUNTED_KINDS.map((kind) => (
          <label key={kind} className="flex min-h-8 items-center gap-2 text-sm">
            <input
              type="checkbox"
              value={kind}
              aria-invalid={error ? true : undefined}
              className="size-5 shrink-0 accent-accent"
              {...register(`rules.rules.${position}.kinds`)}
            />
            {events.signals[kind]}
          </label>
        ))}
      </div>
      {error && (
        <p id={`${id}-error`} className="mt-1 text-sm text-bad">
          {error}
        </p>
      )}
    </fieldset>
  )
}
