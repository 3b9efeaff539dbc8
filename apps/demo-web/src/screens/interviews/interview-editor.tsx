import { useQueryClient } from '@tanstack/react-query'
import type { Interview } from '@viva/client'
import { useViva, useVivaQueries } from '@viva/client/react'
import { interviews as schemas } from '@viva/client/schemas'
import { useState } from 'react'
import { FormProvider, useForm } from 'react-hook-form'
import { useMembership } from '../../app/use-membership.ts'
import { ConflictNotice } from '../../ui/conflict-notice.tsx'
import { formResolver, refusalsOf } from '../../ui/form-resolver.ts'
import { CLEAR_OF_SAVE_BAR, SaveBar } from '../../ui/save-bar.tsx'
import { Failure } from '../../ui/states.tsx'
import { UnsavedGuard } from '../../ui/unsaved-guard.tsx'
import { useRetryKey } from '../../ui/use-retry-key.ts'
import { useVersionedForm } from '../../ui/use-versioned-form.ts'
import { About } from './about.tsx'
import { emptyForm, type InterviewForm, toDefinition, toForm } from './interview-form.ts'
import { Limits } from './limits.tsx'
import { PolicyChoice } from './policy-choice.tsx'
import { QuestionPlan } from './question-plan.tsx'
import { Rubric } from './rubric.tsx'
import { SensorChoices } from './sensor-choices.tsx'
import { Sharing } from './sharing.tsx'
import { VersionDialog, Versions } from './versions.tsx'

/**
 * Edits an interview, or makes one where `interview` is null. Saving makes a version. Where somebody else was faster,
 * both versions are kept until the editor has chosen.
 */
export function InterviewEditor({
  companyId,
  interview,
  onSaved,
}: {
  companyId: string
  interview: Interview | null
  /** Gets the interview whenever the server has a newer state of it; gives it back as `interview`. */
  onSaved: (interview: Interview) => void
}) {
  const viva = useViva()
  const queries = useVivaQueries()
  const queryClient = useQueryClient()
  const { may } = useMembership(companyId)
  const [defaultValues] = useState(() => (interview ? toForm(interview.definition) : emptyForm()))
  const form = useForm<InterviewForm>({
    defaultValues,
    mode: 'onTouched',
    resolver: formResolver((values) => refusalsOf(schemas.interviewDefinitionInput, toDefinition(values))),
  })
  const keyed = useRetryKey()
  const [isLooking, setLooking] = useState(false)
  const versioned = useVersionedForm<InterviewForm, Interview>({
    form,
    current: interview,
    open: ({ definition }) => toForm(definition),
    save: (values, base) => {
      const definition = toDefinition(values)
      return base
        ? viva.api.interviews.edit.mutate(
            keyed({ companyId, interviewId: base.id, baseVersion: base.version, definition }),
          )
        : viva.api.interviews.create.mutate(keyed({ companyId, definition }))
    },
    load: ({ id }) => viva.api.interviews.get.query({ companyId, interviewId: id }),
    onCurrent: onSaved,
    onSaved: () => void queryClient.invalidateQueries({ queryKey: queries.interviews.list.queryKey() }),
    focusForm: () => form.setFocus('title'),
  })
  const { conflict, theirs, error, isUnsaved } = versioned

  return (
    <FormProvider {...form}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          versioned.submit()
        }}
        className={CLEAR_OF_SAVE_BAR}
      >
        {conflict && <ConflictNotice conflict={conflict} onLook={() => setLooking(true)} />}
        {error && (
          <div className="mb-6">
            <Failure error={error} />
          </div>
        )}
        <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
          <div className="grid gap-6">
            <About />
            <QuestionPlan />
            <Rubric />
          </div>
          <div className="grid gap-6">
            {interview && (
              <Versions
                interview={interview}
                isUnsaved={isUnsaved}
                mayPublish={may('interviews.publish')}
                onPublished={(publishedVersion) => onSaved({ ...interview, publishedVersion })}
              />
            )}
            <Sharing interview={interview} mayInvite={may('sessions.invite')} />
            <Limits />
            <SensorChoices />
            <PolicyChoice companyId={companyId} />
          </div>
        </div>
        <SaveBar
          status={versioned.status}
          needsAttention={versioned.needsAttention}
          isSaving={versioned.isSaving}
        />
      </form>
      <UnsavedGuard isUnsaved={isUnsaved} />
      {isLooking && theirs && (
        <VersionDialog
          companyId={companyId}
          interviewId={theirs.id}
          version={theirs.version}
          onClose={() => setLooking(false)}
        />
      )}
    </FormProvider>
  )
}
