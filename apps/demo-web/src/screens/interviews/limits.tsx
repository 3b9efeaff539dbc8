import { useFormContext, useWatch } from 'react-hook-form'
import { interviews } from '#strings/interviews.ts'
import { Card } from '../../ui/card.tsx'
import { TextField } from '../../ui/field.tsx'
import type { InterviewForm } from './interview-form.ts'

const LIMITS = [
  { name: 'totalSeconds', label: interviews.limits.total },
  { name: 'questionSeconds', label: interviews.limits.question },
] as const

/** How long the whole interview and one answer may take. */
export function Limits() {
  const strings = interviews.limits
  const { control, register, formState } = useFormContext<InterviewForm>()
  const limits = useWatch({ control, name: 'limits' })
  return (
    <Card title={strings.title}>
      <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-1">
        {LIMITS.map(({ name, label }) => {
          const seconds = Number(limits[name])
          return (
            <TextField
              key={name}
              label={label}
              type="number"
              inputMode="numeric"
              hint={
                Number.isInteger(seconds) && seconds > 0
                  ? strings.inWords(interviews.span(seconds))
                  : undefined
              }
              error={formState.errors.limits?.[name]?.message}
              {...register(`limits.${name}`)}
            />
          )
        })}
      </div>
    </Card>
  )
}
