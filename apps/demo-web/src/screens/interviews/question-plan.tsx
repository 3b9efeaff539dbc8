import {
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  type Modifier,
  PointerSensor,
  useSensor,
  useSensors,
} from '@dnd-kit/core'
import { SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy } from '@dnd-kit/sortable'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useFieldArray, useFormContext } from 'react-hook-form'
import { interviews } from '#strings/interviews.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { useFocusAfter } from '../../ui/use-focus-after.ts'
import { announceDrag } from './announce-drag.ts'
import { duplicateQuestion, emptyQuestion, type InterviewForm } from './interview-form.ts'
import { QuestionCard } from './question-card.tsx'

const onlyUpAndDown: Modifier = ({ transform }) => ({ ...transform, x: 0 })

/**
 * The questions in their order, which is changed by dragging with mouse, finger or keys, or by the arrow buttons. The
 * focus stays with what was moved, and goes to the neighbour of what was removed.
 */
export function QuestionPlan() {
  const strings = interviews.plan
  const { control, formState, getValues } = useFormContext<InterviewForm>()
  const list = useFieldArray({ control, name: 'questions', keyName: 'key' })
  const { within, focusAfter } = useFocusAfter<HTMLDivElement>()
  const [said, setSaid] = useState('')
  const sensors = useSensors(
    // A few pixels tell a drag from a click.
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  )
  const keys = list.fields.map(({ key }) => key)
  const count = keys.length

  const move = (from: number, to: number) => {
    if (to < 0 || to >= count || from === to) return
    list.move(from, to)
    setSaid(strings.moved(from + 1, to + 1, count))
  }
  const drop = ({ active, over }: DragEndEvent) => {
    const to = over === null ? -1 : keys.indexOf(String(over.id))
    if (to === -1) return
    const from = keys.indexOf(String(active.id))
    if (from !== to) list.move(from, to)
    focusAfter(`question-${to}-handle`)
  }
  const insert = (position: number, question: ReturnType<typeof emptyQuestion>, say: string) => {
    list.insert(position, question, { shouldFocus: false })
    focusAfter(`question-${position}-text`)
    setSaid(say)
  }
  const remove = (position: number) => {
    list.remove(position)
    const left = count - 1
    focusAfter(`question-${Math.min(position, left - 1)}-handle`, 'add-question')
    setSaid(strings.removed(position + 1, left))
  }
  // Too few, too many: nothing of that belongs to a single question.
  const whole = formState.errors.questions
  const error = whole?.root?.message ?? whole?.message

  return (
    <Card title={strings.title} description={strings.text}>
      <div ref={within} className="grid gap-4">
        <p role="status" className="sr-only">
          {said}
        </p>
        {count === 0 && <p className="text-sm text-muted">{strings.empty}</p>}
        <DndContext
          sensors={sensors}
          collisionDetection={closestCenter}
          modifiers={[onlyUpAndDown]}
          onDragEnd={drop}
          accessibility={{
            announcements: announceDrag(keys),
            screenReaderInstructions: { draggable: strings.dragHelp },
            // The focus is put by hand, where the question has gone.
            restoreFocus: false,
          }}
        >
          <SortableContext items={keys} strategy={verticalListSortingStrategy}>
            <ol className="grid gap-4">
              {list.fields.map(({ key }, position) => (
                <QuestionCard
                  key={key}
                  id={key}
                  position={position}
                  count={count}
                  onMove={(to, button) => {
                    move(position, to)
                    focusAfter(`question-${to}-${button}`)
                  }}
                  onDuplicate={() =>
                    insert(
                      position + 1,
                      duplicateQuestion(getValues(`questions.${position}`)),
                      strings.duplicated(position + 1),
                    )
                  }
                  onRemove={() => remove(position)}
                />
              ))}
            </ol>
          </SortableContext>
        </DndContext>
        {error && (
          <p role="alert" className="text-sm text-bad">
            {error}
          </p>
        )}
        <div>
          <Button
            data-focus="add-question"
            onClick={() => insert(count, emptyQuestion(), strings.added(count + 1))}
          >
            <Plus aria-hidden className="size-4" />
            {strings.add}
          </Button>
        </div>
      </div>
    </Card>
  )
}
