import { SESSION_STATES, type SessionState } from '@viva/client'
import { ChevronDown, Flag, X } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { events } from '#strings/events.ts'
import { sessions as strings } from '#strings/sessions.ts'
import { Button } from '../../ui/button.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { isFiltered, readSessionFilters, type SessionFilters } from './session-filters.ts'
import { useInterviewChoices } from './use-interview-choices.ts'

/** A change of some filters; undefined takes one away. */
export type FilterChange = { [Name in keyof SessionFilters]?: SessionFilters[Name] | undefined }

/** The filters of the table. Each takes effect at once. */
export function FilterBar({
  companyId,
  filters,
  onChange,
}: {
  companyId: string
  filters: SessionFilters
  onChange: (change: FilterChange) => void
}) {
  const { state = [], flagged, interview, email, from, to } = filters
  const id = useId()
  const [isOpen, setOpen] = useState([interview, email, from, to].some((filter) => filter !== undefined))
  const toggle = (chosen: SessionState) => {
    const next = SESSION_STATES.filter((one) => state.includes(one) !== (one === chosen))
    onChange({ state: next.length > 0 ? next : undefined })
  }
  return (
    <search aria-label={strings.filters.label} className="mb-4 grid gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <fieldset className="contents">
          <legend className="sr-only">{strings.filters.states}</legend>
          {SESSION_STATES.map((one) => (
            <Chip key={one} isOn={state.includes(one)} onToggle={() => toggle(one)}>
              {events.states[one]}
            </Chip>
          ))}
        </fieldset>
        <span aria-hidden className="h-6 border-l border-line" />
        <Chip isOn={flagged === true} onToggle={() => onChange({ flagged: flagged ? undefined : true })}>
          <Flag aria-hidden className="size-3.5" />
          {strings.filters.flagged}
        </Chip>
        <Button
          variant="quiet"
          size="small"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? strings.filters.fewer : strings.filters.more}
          <ChevronDown aria-hidden className={`size-4 ${isOpen ? 'rotate-180' : ''}`} />
        </Button>
        {isFiltered(filters) && (
          <Button
            variant="quiet"
            size="small"
            onClick={() =>
              onChange({
                state: undefined,
                flagged: undefined,
                interview: undefined,
                email: undefined,
                from: undefined,
                to: undefined,
              })
            }
          >
            <X aria-hidden className="size-4" />
            {strings.filters.clear}
          </Button>
        )}
      </div>
      <div
        id={id}
        hidden={!isOpen}
        className="grid gap-3 rounded-xl border border-line bg-surface p-4 sm:grid-cols-2 lg:grid-cols-4"
      >
        <InterviewFilter companyId={companyId} interview={interview} onChange={onChange} />
        <EmailFilter key={email} email={email} onChange={onChange} />
        <DayFilter label={strings.filters.from} value={from} onPick={(day) => onChange({ from: day })} />
        <DayFilter label={strings.filters.to} value={to} onPick={(day) => onChange({ to: day })} />
      </div>
    </search>
  )
}

/** A checkbox that looks like a word to press. */
function Chip({ isOn, onToggle, children }: { isOn: boolean; onToggle: () => void; children: ReactNode }) {
  return (
    <label className="relative inline-flex min-h-8 cursor-pointer items-center gap-1.5 rounded-full border border-edge bg-surface px-3 text-sm select-none hover:bg-sunken has-checked:border-accent has-checked:bg-accent-soft has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent">
      {/* Over the whole of it, where fingers that explore the screen by touch find it. */}
      <input
        type="checkbox"
        className="absolute inset-0 size-full cursor-pointer opacity-0"
        checked={isOn}
        onChange={onToggle}
      />
      {children}
    </label>
  )
}

function InterviewFilter({
  companyId,
  interview,
  onChange,
}: {
  companyId: string
  interview: string | undefined
  onChange: (change: FilterChange) => void
}) {
  const { interviews } = useInterviewChoices(companyId)
  const isListed = interviews.some(({ id }) => id === interview)
  return (
    <SelectField
      label={strings.filters.interview}
      value={interview ?? ''}
      onChange={(event) => onChange({ interview: event.target.value || undefined })}
    >
      <option value="">{strings.filters.anyInterview}</option>
      {interview !== undefined && !isListed && <option value={interview}>{strings.filters.unlisted}</option>}
      {interviews.map(({ id, title }) => (
        <option key={id} value={id}>
          {title}
        </option>
      ))}
    </SelectField>
  )
}

/** Takes effect once the address is whole: on Enter, and when the field is left. */
function EmailFilter({
  email,
  onChange,
}: {
  email: string | undefined
  onChange: (change: FilterChange) => void
}) {
  const [draft, setDraft] = useState(email ?? '')
  const [isWrong, setWrong] = useState(false)
  const apply = () => {
    const wanted = draft.trim()
    const read = readSessionFilters({ email: wanted }).email
    setWrong(wanted !== '' && read === undefined)
    if (read !== email && (read !== undefined || wanted === '')) onChange({ email: read })
  }
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        apply()
      }}
    >
      <TextField
        label={strings.filters.email}
        hint={strings.filters.emailHint}
        error={isWrong ? strings.filters.emailWrong : null}
        type="email"
        value={draft}
        onChange={(event) => {
          setDraft(event.target.value)
          setWrong(false)
        }}
        onBlur={apply}
      />
    </form>
  )
}

function DayFilter({
  label,
  value,
  onPick,
}: {
  label: string
  value: string | undefined
  onPick: (day: string | undefined) => void
}) {
  return (
    <TextField
      label={label}
      type="date"
      value={value ?? ''}
      onChange={(event) => onPick(event.target.value || undefined)}
    />
  )
}
