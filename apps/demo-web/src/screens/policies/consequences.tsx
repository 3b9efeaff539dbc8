import { SEVERITIES } from '@viva/client'
import { Plus, Trash2, TriangleAlert } from 'lucide-react'
import { useId, useState } from 'react'
import { useFieldArray, useFormContext, useWatch } from 'react-hook-form'
import { events } from '#strings/events.ts'
import { policies } from '#strings/policies.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { useFocusAfter } from '../../ui/use-focus-after.ts'
import { emptyConsequence, type PolicyForm } from './policy-form.ts'

const ACTIONS = ['warn', 'flag', 'end'] as const

/** What happens once enough strikes stand. */
export function Consequences() {
  const strings = policies.consequences
  const { control } = useFormContext<PolicyForm>()
  const list = useFieldArray({ control, name: 'rules.consequences', keyName: 'key' })
  const { within, focusAfter } = useFocusAfter<HTMLDivElement>()
  const [said, setSaid] = useState('')
  const count = list.fields.length
  return (
    <Card title={strings.title} description={strings.text}>
      <div ref={within} className="grid gap-4">
        <p role="status" className="sr-only">
          {said}
        </p>
        {count === 0 && <p className="text-sm text-muted">{strings.empty}</p>}
        <ol className="grid gap-4 empty:hidden">
          {list.fields.map(({ key }, position) => (
            <ConsequenceRow
              key={key}
              position={position}
              onRemove={() => {
                list.remove(position)
                focusAfter(`consequence-${Math.min(position, count - 2)}`, 'add-consequence')
                setSaid(strings.removed(position + 1))
              }}
            />
          ))}
        </ol>
        <div>
          <Button
            data-focus="add-consequence"
            onClick={() => {
              list.append(emptyConsequence(), { shouldFocus: false })
              focusAfter(`consequence-${count}`)
              setSaid(strings.added(count + 1))
            }}
          >
            <Plus aria-hidden className="size-4" />
            {strings.add}
          </Button>
        </div>
      </div>
    </Card>
  )
}

function ConsequenceRow({ position, onRemove }: { position: number; onRemove: () => void }) {
  const strings = policies.consequences
  const { control, register, formState } = useFormContext<PolicyForm>()
  const headingId = useId()
  const path = `rules.consequences.${position}` as const
  const action = useWatch({ control, name: `${path}.action` })
  const errors = formState.errors.rules?.consequences?.[position]
  const number = position + 1
  return (
    <li className="rounded-lg border border-line">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out like this in every browser */}
      <div role="group" aria-labelledby={headingId} className="grid gap-3 p-3 sm:p-4">
        <div className="flex items-center gap-1">
          <h3 id={headingId} className="mr-auto font-medium">
            {strings.consequence(number)}
          </h3>
          <Button variant="quiet" size="icon" aria-label={strings.remove(number)} onClick={onRemove}>
            <Trash2 aria-hidden className="size-4" />
          </Button>
        </div>
        <div className="grid gap-4 sm:grid-cols-[6rem_10rem_1fr]">
          <TextField
            label={strings.strikes}
            type="number"
            inputMode="numeric"
            data-focus={`consequence-${position}`}
            error={errors?.strikes?.message}
            {...register(`${path}.strikes`)}
          />
          <SelectField label={strings.severity} {...register(`${path}.severity`)}>
            {SEVERITIES.map((severity) => (
              <option key={severity} value={severity}>
                {events.severities[severity]}
              </option>
            ))}
          </SelectField>
          <SelectField label={strings.action} {...register(`${path}.action`)}>
            {ACTIONS.map((name) => (
              <option key={name} value={name}>
                {strings.actions[name]}
              </option>
            ))}
          </SelectField>
        </div>
        {/* There from the start, so that it is read out when it fills. */}
        <div role="status">{action === 'end' && <EndWarning />}</div>
      </div>
    </li>
  )
}

/** Says plainly what it means that a machine ends an interview. */
export function EndWarning() {
  const strings = policies.consequences
  return (
    <div className="flex gap-3 rounded-lg bg-warn-soft p-3">
      <TriangleAlert aria-hidden className="mt-0.5 size-5 shrink-0 text-warn" />
      <div className="grid gap-1 text-sm">
        <p className="font-medium text-warn">{strings.endTitle}</p>
        <p>{strings.endText}</p>
      </div>
    </div>
  )
}
