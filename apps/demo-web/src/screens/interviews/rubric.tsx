import { Copy, Plus, Trash2 } from 'lucide-react'
import { useId, useState } from 'react'
import { useFieldArray, useFormContext, useWatch } from 'react-hook-form'
import { interviews } from '#strings/interviews.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { useFocusAfter } from '../../ui/use-focus-after.ts'
import { duplicateCriterion, emptyCriterion, type InterviewForm } from './interview-form.ts'

/** The criteria that answers are scored on, with their weights and with behaviour that stands for a score. */
export function Rubric() {
  const strings = interviews.rubric
  const { control, getValues } = useFormContext<InterviewForm>()
  const list = useFieldArray({ control, name: 'rubric', keyName: 'key' })
  const { within, focusAfter } = useFocusAfter<HTMLDivElement>()
  const [said, setSaid] = useState('')
  const count = list.fields.length
  const insert = (position: number, criterion: ReturnType<typeof emptyCriterion>) => {
    list.insert(position, criterion, { shouldFocus: false })
    focusAfter(`criterion-${position}-name`)
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
            <CriterionCard
              key={key}
              position={position}
              onDuplicate={() => insert(position + 1, duplicateCriterion(getValues(`rubric.${position}`)))}
              onRemove={() => {
                list.remove(position)
                focusAfter(`criterion-${Math.min(position, count - 2)}-name`, 'add-criterion')
                setSaid(strings.removed(position + 1))
              }}
            />
          ))}
        </ol>
        <div>
          <Button data-focus="add-criterion" onClick={() => insert(count, emptyCriterion())}>
            <Plus aria-hidden className="size-4" />
            {strings.add}
          </Button>
        </div>
      </div>
    </Card>
  )
}

function CriterionCard({
  position,
  onDuplicate,
  onRemove,
}: {
  position: number
  onDuplicate: () => void
  onRemove: () => void
}) {
  const strings = interviews.rubric
  const { control, register, formState } = useFormContext<InterviewForm>()
  const headingId = useId()
  const path = `rubric.${position}` as const
  const errors = formState.errors.rubric?.[position]
  const weights = useWatch({ control, name: 'rubric' }).map(({ weight }) => Number(weight))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const share = Math.round(((weights[position] ?? 0) / sum) * 100)
  const number = position + 1
  return (
    <li className="rounded-lg border border-line">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out like this in every browser */}
      <div role="group" aria-labelledby={headingId} className="grid gap-4 p-3 sm:p-4">
        <div className="flex items-center gap-1">
          <h3 id={headingId} className="mr-auto font-medium">
            {strings.criterion(number)}
          </h3>
          <Button variant="quiet" size="icon" aria-label={strings.duplicate(number)} onClick={onDuplicate}>
            <Copy aria-hidden className="size-4" />
          </Button>
          <Button variant="quiet" size="icon" aria-label={strings.remove(number)} onClick={onRemove}>
            <Trash2 aria-hidden className="size-4" />
          </Button>
        </div>
        <div className="grid gap-4 sm:grid-cols-[1fr_12rem]">
          <TextField
            label={strings.name}
            data-focus={`criterion-${position}-name`}
            error={errors?.name?.message}
            {...register(`${path}.name`)}
          />
          <TextField
            label={strings.weight}
            type="number"
            inputMode="decimal"
            step="any"
            hint={Number.isFinite(share) ? strings.share(share) : undefined}
            error={errors?.weight?.message}
            {...register(`${path}.weight`)}
          />
        </div>
        <TextArea
          label={strings.description}
          rows={2}
          isOptional
          error={errors?.description?.message}
          {...register(`${path}.description`)}
        />
        <Anchors position={position} />
      </div>
    </li>
  )
}

function Anchors({ position }: { position: number }) {
  const strings = interviews.rubric
  const { control, register, formState } = useFormContext<InterviewForm>()
  const id = useId()
  const anchors = useWatch({ control, name: `rubric.${position}.anchors` })
  const errors = formState.errors.rubric?.[position]?.anchors
  const whole = errors?.root?.message ?? errors?.message
  return (
    <fieldset aria-describedby={`${id}-hint`} className="grid min-w-0 gap-3">
      <legend className="text-sm font-medium">{strings.anchors}</legend>
      <p id={`${id}-hint`} className={`text-sm ${whole ? 'text-bad' : 'text-muted'}`}>
        {strings.anchorsHint}
      </p>
      {anchors.map(({ score }, index) => (
        <div key={score} className="grid grid-cols-[4.5rem_1fr] items-start gap-2">
          <span aria-hidden className="pt-2.5 text-sm text-muted">
            {strings.anchor(score)}
          </span>
          <TextArea
            label={strings.anchor(score)}
            hideLabel
            rows={1}
            // More than the schema allows cannot be typed: where it would say so is not where the anchor stands here.
            maxLength={1000}
            {...register(`rubric.${position}.anchors.${index}.behaviour`)}
          />
        </div>
      ))}
    </fieldset>
  )
}
