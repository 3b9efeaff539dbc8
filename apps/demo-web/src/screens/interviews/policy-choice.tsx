import { Link } from '@tanstack/react-router'
import { useFormContext, useWatch } from 'react-hook-form'
import { interviews } from '#strings/interviews.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { SelectField } from '../../ui/field.tsx'
import { Failure, Loading } from '../../ui/states.tsx'
import { useAllPolicies } from '../policies/use-all-policies.ts'
import type { InterviewForm } from './interview-form.ts'

/** Which policy judges the signals, in which version. An interview keeps the version it names until it is changed here. */
export function PolicyChoice({ companyId }: { companyId: string }) {
  const strings = interviews.policy
  const { control, setValue, formState } = useFormContext<InterviewForm>()
  const policies = useAllPolicies(companyId)
  const chosen = useWatch({ control, name: 'policy' })
  const policy = policies.data?.find(({ id }) => id === chosen.policyId)
  const newest = policy?.version ?? Number(chosen.version)
  const isOlder = policy !== undefined && Number(chosen.version) < newest
  const set = (next: InterviewForm['policy']) => setValue('policy', next, { shouldDirty: true })
  return (
    <Card title={strings.title} description={strings.text}>
      {policies.isPending ? (
        <Loading rows={2} rowClass="h-16" />
      ) : policies.isError ? (
        <Failure error={policies.error} onRetry={() => void policies.refetch()} />
      ) : (
        <div className="grid gap-4">
          {/* Not left to the browser, since the versions to choose from change with the policy. */}
          <SelectField
            label={strings.choice}
            error={formState.errors.policy?.policyId?.message}
            value={chosen.policyId}
            onChange={({ target }) => {
              const next = policies.data.find(({ id }) => id === target.value)
              set({ policyId: target.value, version: next ? String(next.version) : '' })
            }}
          >
            <option value="">{strings.standard}</option>
            {policies.data.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
            {chosen.policyId !== '' && !policy && <option value={chosen.policyId}>{strings.gone}</option>}
          </SelectField>
          {chosen.policyId !== '' && (
            <SelectField
              label={strings.version}
              error={formState.errors.policy?.version?.message}
              value={chosen.version}
              onChange={({ target }) => set({ ...chosen, version: target.value })}
            >
              {Array.from({ length: newest }, (_, index) => newest - index).map((version) => (
                <option key={version} value={String(version)}>
                  {strings.versionName(version, version === policy?.version)}
                </option>
              ))}
            </SelectField>
          )}
          {isOlder && (
            <div className="grid justify-items-start gap-2 rounded-lg bg-warn-soft p-3">
              <p className="text-sm text-warn">{strings.newer(newest)}</p>
              <Button size="small" onClick={() => set({ ...chosen, version: String(newest) })}>
                {strings.takeNewer(newest)}
              </Button>
            </div>
          )}
          <p className="text-sm">
            {policy ? (
              <Link
                to="/c/$companyId/policies/$policyId"
                params={{ companyId, policyId: policy.id }}
                className="text-accent underline"
              >
                {strings.openOne}
              </Link>
            ) : (
              <Link to="/c/$companyId/policies" params={{ companyId }} className="text-accent underline">
                {strings.open}
              </Link>
            )}
          </p>
        </div>
      )}
    </Card>
  )
}
