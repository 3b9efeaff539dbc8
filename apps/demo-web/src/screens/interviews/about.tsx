import { useFormContext } from 'react-hook-form'
import { interviews } from '#strings/interviews.ts'
import { Card } from '../../ui/card.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import type { InterviewForm } from './interview-form.ts'

/** What the interview is called, and what the candidate reads first. */
export function About() {
  const strings = interviews.about
  const { register, formState } = useFormContext<InterviewForm>()
  return (
    <Card title={strings.title}>
      <div className="grid gap-4">
        <TextField label={strings.name} error={formState.errors.title?.message} {...register('title')} />
        <TextArea
          label={strings.introduction}
          hint={strings.introductionHint}
          rows={3}
          isOptional
          error={formState.errors.introduction?.message}
          {...register('introduction')}
        />
      </div>
    </Card>
  )
}
