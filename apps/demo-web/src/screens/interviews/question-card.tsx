import { useSortable } from '@dnd-kit/sortable'
import { CSS } from '@dnd-kit/utilities'
import { DIFFICULTIES } from '@viva/client'
import { ArrowDown, ArrowUp, Copy, GripVertical, Trash2 } from 'lucide-react'
import { useId } from 'react'
import { useFormContext, useWatch } from 'react-hook-form'
import { interviews } from '#strings/interviews.ts'
import { Button } from '../../ui/button.tsx'
import { SelectField, TextArea, TextField } from '../../ui/field.tsx'
import type { InterviewForm } from './interview-form.ts'

/** One question of the plan. `id` is what it is dragged by. */
export function QuestionCard({
  id,
  position,
  count,
  onMove,
  onDuplicate,
  onRemove,
}: {
  id: string
  position: number
  count: number
  onMove: (to: number, button: 'up' | 'down') => void
  onDuplicate: () => void
  onRemove: () => void
}) {
  const strings = interviews.plan
  const headingId = useId()
  const sortable = useSortable({ id, attributes: { roleDescription: strings.dragRole } })
  const number = position + 1
  const isFirst = position === 0
  const isLast = number === count
  return (
    <li
      ref={sortable.setNodeRef}
      style={{ transform: CSS.Translate.toString(sortable.transform), transition: sortable.transition }}
      className={`rounded-lg border bg-surface ${sortable.isDragging ? 'relative z-10 border-accent shadow-lg' : 'border-line'}`}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out like this in every browser */}
      <div role="group" aria-labelledby={headingId} className="grid gap-4 p-3 sm:p-4">
        <div className="flex flex-wrap items-center gap-1">
          <button
            ref={sortable.setActivatorNodeRef}
            type="button"
            {...sortable.attributes}
            {...sortable.listeners}
            data-focus={`question-${position}-handle`}
            aria-label={strings.drag(number)}
            // A finger on the handle drags; anywhere else it scrolls.
            className="grid size-9 cursor-grab touch-none place-items-center rounded-lg text-muted hover:bg-sunken active:cursor-grabbing"
          >
            <GripVertical aria-hidden className="size-5" />
          </button>
          <h3 id={headingId} className="mr-auto font-medium">
            {strings.question(number)}
          </h3>
          <div className="flex">
            <Button
              variant="quiet"
              size="icon"
              data-focus={`question-${position}-up`}
              aria-label={strings.moveUp(number)}
              aria-disabled={isFirst || undefined}
              className={isFirst ? 'opacity-40' : ''}
              onClick={() => !isFirst && onMove(position - 1, 'up')}
            >
              <ArrowUp aria-hidden className="size-4" />
            </Button>
            <Button
              variant="quiet"
              size="icon"
              data-focus={`question-${position}-down`}
              aria-label={strings.moveDown(number)}
              aria-disabled={isLast || undefined}
              className={isLast ? 'opacity-40' : ''}
              onClick={() => !isLast && onMove(position + 1, 'down')}
            >
              <ArrowDown aria-hidden className="size-4" />
            </Button>
            <Button variant="quiet" size="icon" aria-label={strings.duplicate(number)} onClick={onDuplicate}>
              <Copy aria-hidden className="size-4" />
            </Button>
            <Button variant="quiet" size="icon" aria-label={strings.remove(number)} onClick={onRemove}>
              <Trash2 aria-hidden className="size-4" />
            </Button>
          </div>
        </div>
        <QuestionFields position={position} />
      </div>
    </li>
  )
}

function QuestionFields({ position }: { position: number }) {
  const strings = interviews.plan
  const { control, register, formState } = useFormContext<InterviewForm>()
  const path = `questions.${position}` as const
  const kind = useWatch({ control, name: `${path}.kind` })
  const standardSeconds = useWatch({ control, name: 'limits.questionSeconds' })
  const errors = formState.errors.questions?.[position]
  const standard = Number(standardSeconds)
  return (
    <>
      {kind === 'fixed' ? (
        <TextArea
          label={strings.words}
          rows={2}
          data-focus={`question-${position}-text`}
          error={errors?.text?.message}
          {...register(`${path}.text`)}
        />
      ) : (
        <TextField
          label={strings.topic}
          hint={strings.topicHint}
          data-focus={`question-${position}-text`}
          error={errors?.topic?.message}
          {...register(`${path}.topic`)}
        />
      )}
      <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-4">
        <SelectField label={strings.kind} {...register(`${path}.kind`)}>
          <option value="fixed">{strings.kinds.fixed}</option>
          <option value="ai">{strings.kinds.ai}</option>
        </SelectField>
        {kind === 'ai' && (
          <SelectField label={strings.difficulty} {...register(`${path}.difficulty`)}>
            {DIFFICULTIES.map((difficulty) => (
              <option key={difficulty} value={difficulty}>
                {strings.difficulties[difficulty]}
              </option>
            ))}
          </SelectField>
        )}
        <TextField
          label={strings.seconds}
          type="number"
          inputMode="numeric"
          isOptional
          placeholder={Number.isFinite(standard) ? String(standardSeconds) : ''}
          error={errors?.seconds?.message}
          {...register(`${path}.seconds`)}
        />
        <SelectField label={strings.followUps} {...register(`${path}.maxFollowUps`)}>
          {strings.followUpChoices.map((label, followUps) => (
            <option key={label} value={String(followUps)}>
              {label}
            </option>
          ))}
        </SelectField>
      </div>
    </>
  )
}
