import { CircleAlert } from 'lucide-react'
import { type ComponentProps, type ReactNode, useId } from 'react'
import { common } from '#strings/common.ts'

const CONTROL =
  'w-full rounded-lg border border-edge bg-surface px-3 py-2 text-ink placeholder:text-muted disabled:bg-sunken disabled:text-muted aria-invalid:border-bad'

interface FieldProps {
  label: ReactNode
  /** Help that is read together with the label. */
  hint?: ReactNode
  /** What is wrong; takes the hint's place in the reader's order, and marks the field. */
  error?: string | null | undefined
  /** Keeps the label for screen readers alone, where the place says it to the eye. */
  hideLabel?: boolean
}

/** Label, hint and error around one control, tied together for screen readers. */
function Field({
  id,
  label,
  hint,
  error,
  hideLabel,
  isOptional,
  children,
}: FieldProps & { id: string; isOptional?: boolean; children: ReactNode }) {
  return (
    <div className="grid min-w-0 content-start gap-1.5">
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'text-sm font-medium'}>
        {label}
        {isOptional && <span className="font-normal text-muted"> ({common.optional})</span>}
      </label>
      {children}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="flex items-start gap-1.5 text-sm text-bad">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {error}
        </p>
      )}
    </div>
  )
}

function useField({ hint, error }: FieldProps) {
  const id = useId()
  const described = [hint !== undefined && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return {
    id,
    control: {
      id,
      'aria-invalid': error ? true : undefined,
      'aria-describedby': described === '' ? undefined : described,
    },
  } as const
}

/** One line of text, a number, a date. */
export function TextField({
  label,
  hint,
  error,
  hideLabel,
  isOptional,
  className = '',
  ...rest
}: FieldProps & { isOptional?: boolean } & ComponentProps<'input'>) {
  const props: FieldProps = { label, hint, error, ...(hideLabel && { hideLabel }) }
  const { id, control } = useField(props)
  return (
    <Field {...props} id={id} {...(isOptional && { isOptional })}>
      <input {...rest} {...control} className={`${CONTROL} min-h-10 ${className}`} />
    </Field>
  )
}

/** Several lines of text, which grow with what is written. */
export function TextArea({
  label,
  hint,
  error,
  hideLabel,
  isOptional,
  className = '',
  ...rest
}: FieldProps & { isOptional?: boolean } & ComponentProps<'textarea'>) {
  const props: FieldProps = { label, hint, error, ...(hideLabel && { hideLabel }) }
  const { id, control } = useField(props)
  return (
    <Field {...props} id={id} {...(isOptional && { isOptional })}>
      <textarea {...rest} {...control} className={`${CONTROL} field-sizing-content ${className}`} />
    </Field>
  )
}

/** One of a few choices; the browser's own list, which every device shows best. */
export function SelectField({
  label,
  hint,
  error,
  hideLabel,
  className = '',
  children,
  ...rest
}: FieldProps & ComponentProps<'select'>) {
  const props: FieldProps = { label, hint, error, ...(hideLabel && { hideLabel }) }
  const { id, control } = useField(props)
  return (
    <Field {...props} id={id}>
      <select {...rest} {...control} className={`${CONTROL} min-h-10 ${className}`}>
        {children}
      </select>
    </Field>
  )
}

/** A choice of yes or no, with its label beside it. */
export function CheckboxField({
  label,
  hint,
  error,
  className = '',
  ...rest
}: FieldProps & ComponentProps<'input'>) {
  const { id, control } = useField({ label, hint, error })
  return (
    <div className={`grid gap-1 ${className}`}>
      <div className="flex items-start gap-3">
        <input {...rest} {...control} type="checkbox" className="mt-0.5 size-5 shrink-0 accent-accent" />
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
      </div>
      {hint !== undefined && (
        <p id={`${id}-hint`} className="pl-8 text-sm text-muted">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="pl-8 text-sm text-bad">
          {error}
        </p>
      )}
    </div>
  )
}
