import { SENSORS } from '@viva/client'
import { useFormContext, useWatch } from 'react-hook-form'
import { interviews } from '#strings/interviews.ts'
import { Card } from '../../ui/card.tsx'
import { SelectField } from '../../ui/field.tsx'
import type { InterviewForm } from './interview-form.ts'

/** Which sensors are asked for, and which of them are required. */
export function SensorChoices() {
  const strings = interviews.sensors
  const { control, register } = useFormContext<InterviewForm>()
  const choices = useWatch({ control, name: 'sensors' })
  return (
    <Card title={strings.title} description={strings.text}>
      <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-1">
        {SENSORS.map((sensor) => (
          <SelectField key={sensor} label={strings.names[sensor]} {...register(`sensors.${sensor}`)}>
            <option value="off">{strings.choices.off}</option>
            <option value="asked">{strings.choices.asked}</option>
            <option value="required">{strings.choices.required}</option>
          </SelectField>
        ))}
      </div>
      {Object.values(choices).includes('required') && (
        <p className="mt-4 text-sm text-muted">{strings.requiredNote}</p>
      )}
    </Card>
  )
}
