import { useQueryClient } from '@tanstack/react-query'
import { newKey, type Policy, type PolicyRules } from '@viva/client'
import { useViva, useVivaQueries } from '@viva/client/react'
import { proctoring as schemas } from '@viva/client/schemas'
import { useState } from 'react'
import { FormProvider, useForm, useFormContext, useWatch } from 'react-hook-form'
import { policies } from '#strings/policies.ts'
import { Card } from '../../ui/card.tsx'
import { ConflictNotice } from '../../ui/conflict-notice.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { formResolver, refusalsOf } from '../../ui/form-resolver.ts'
import { CLEAR_OF_SAVE_BAR, SaveBar } from '../../ui/save-bar.tsx'
import { Failure } from '../../ui/states.tsx'
import { UnsavedGuard } from '../../ui/unsaved-guard.tsx'
import { useRetryKey } from '../../ui/use-retry-key.ts'
import { useVersionedForm } from '../../ui/use-versioned-form.ts'
import { Consequences } from './consequences.tsx'
import { newPolicyForm, type PolicyForm, toForm, toRules } from './policy-form.ts'
import { Preview } from './preview.tsx'
import { Rules } from './rules.tsx'
import { RulesOverview } from './rules-overview.tsx'

/** Edits a policy, or makes one where `policy` is null, with a live preview beside it. Saving makes a version. */
export function PolicyEditor({
  companyId,
  policy,
  loadNewest,
  onSaved,
}: {
  companyId: string
  policy: Policy | null
  /** Reads the policy as the server has it now. */
  loadNewest: () => Promise<Policy>
  /** Gets the policy whenever the server has a newer version of it; gives it back as `policy`. */
  onSaved: (policy: Policy) => void
}) {
  const viva = useViva()
  const queries = useVivaQueries()
  const queryClient = useQueryClient()
  const keyed = useRetryKey()
  const [defaultValues] = useState(() => (policy ? toForm(policy) : newPolicyForm()))
  const [isLooking, setLooking] = useState(false)
  const form = useForm<PolicyForm>({
    defaultValues,
    mode: 'onTouched',
    resolver: formResolver((values) =>
      refusalsOf(schemas.createPolicyInput, {
        companyId,
        idempotencyKey: newKey(),
        name: values.name,
        rules: toRules(values),
      }),
    ),
  })
  const versioned = useVersionedForm<PolicyForm, Policy>({
    form,
    current: policy,
    open: toForm,
    save: (values, base) => {
      const rules = toRules(values)
      return base
        ? viva.api.proctoring.revisePolicy.mutate(
            keyed({ companyId, policyId: base.id, baseVersion: base.version, rules }),
          )
        : viva.api.proctoring.createPolicy.mutate(keyed({ companyId, name: values.name, rules }))
    },
    load: loadNewest,
    onCurrent: onSaved,
    onSaved: () =>
      void queryClient.invalidateQueries({ queryKey: queries.proctoring.listPolicies.queryKey() }),
    focusForm: () => document.getElementById('content')?.focus(),
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
        <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_26rem]">
          <div className="grid gap-6">
            {policy === null && <Name />}
            <Rules />
            <Consequences />
          </div>
          <LivePreview companyId={companyId} />
        </div>
        <SaveBar
          status={versioned.status}
          needsAttention={versioned.needsAttention}
          isSaving={versioned.isSaving}
        />
      </form>
      <UnsavedGuard isUnsaved={isUnsaved} />
      {isLooking && theirs && (
        <Dialog title={policies.list.version(theirs.version)} onClose={() => setLooking(false)} wide>
          <RulesOverview rules={theirs.rules} level={3} />
        </Dialog>
      )}
    </FormProvider>
  )
}

function Name() {
  const { register, formState } = useFormContext<PolicyForm>()
  return (
    <Card title={policies.about.title}>
      <TextField label={policies.about.name} error={formState.errors.name?.message} {...register('name')} />
    </Card>
  )
}

/** Of its own, so that typing into the form renders this and not the whole form. */
function LivePreview({ companyId }: { companyId: string }) {
  const { control, getValues } = useFormContext<PolicyForm>()
  useWatch({ control, name: 'rules' })
  const rules: PolicyRules = toRules(getValues())
  return (
    // Beside the rules it stays in view, so that what a change does is seen where it is made.
    <div className="min-w-0 lg:sticky lg:top-4 lg:max-h-[calc(100dvh-6rem)] lg:overflow-y-auto">
      <Preview companyId={companyId} rules={rules} />
    </div>
  )
}
