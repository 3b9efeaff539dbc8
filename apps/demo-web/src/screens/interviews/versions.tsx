import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Interview } from '@viva/client'
import { useVivaQueries } from '@viva/client/react'
import { Eye, Upload } from 'lucide-react'
import { useState } from 'react'
import { interviews } from '#strings/interviews.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField } from '../../ui/field.tsx'
import { Failure, Loading } from '../../ui/states.tsx'
import { useAllPolicies } from '../policies/use-all-policies.ts'
import { Overview } from './overview.tsx'

/** All versions of an interview: each can be looked at, and any can be the one that new sessions get. */
export function Versions({
  interview,
  isUnsaved,
  mayPublish,
  onPublished,
}: {
  interview: Interview
  isUnsaved: boolean
  mayPublish: boolean
  onPublished: (publishedVersion: number) => void
}) {
  const strings = interviews.versions
  const { companyId, id: interviewId, latestVersion, publishedVersion } = interview
  const queries = useVivaQueries()
  const queryClient = useQueryClient()
  const [chosen, setChosen] = useState<number | null>(null)
  const [isLooking, setLooking] = useState(false)
  const version = chosen ?? latestVersion
  const publish = useMutation({
    ...queries.interviews.publish.mutationOptions(),
    networkMode: 'always',
    onSuccess: async (published) => {
      onPublished(published.version)
      await queryClient.invalidateQueries({ queryKey: queries.interviews.list.queryKey() })
    },
  })
  const stateOf = (of: number) => {
    if (of === publishedVersion) return of === latestVersion ? 'both' : 'published'
    return of === latestVersion ? 'newest' : 'other'
  }
  return (
    <Card title={strings.title} description={strings.text}>
      <div className="grid gap-4">
        <p role="status" className="text-sm">
          {publishedVersion === null ? strings.none : strings.publishedNow(publishedVersion)}
        </p>
        <SelectField
          label={strings.version}
          value={version}
          onChange={({ target }) => setChosen(Number(target.value))}
        >
          {Array.from({ length: latestVersion }, (_, index) => latestVersion - index).map((of) => (
            <option key={of} value={of}>
              {strings.name(of, stateOf(of))}
            </option>
          ))}
        </SelectField>
        {publish.isError && <Failure error={publish.error} />}
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => setLooking(true)}>
            <Eye aria-hidden className="size-4" />
            {strings.look}
          </Button>
          {mayPublish && (
            <Button
              pending={publish.isPending}
              aria-disabled={version === publishedVersion || undefined}
              className={version === publishedVersion ? 'opacity-60' : ''}
              onClick={() => {
                if (version !== publishedVersion) publish.mutate({ companyId, interviewId, version })
              }}
            >
              <Upload aria-hidden className="size-4" />
              {strings.publish(version)}
            </Button>
          )}
        </div>
        <p className="text-sm text-muted empty:hidden">
          {!mayPublish
            ? strings.mayNotPublish
            : version === publishedVersion
              ? strings.alreadyPublished
              : isUnsaved && strings.unsavedNote}
        </p>
      </div>
      {isLooking && (
        <VersionDialog
          companyId={companyId}
          interviewId={interviewId}
          version={version}
          onClose={() => setLooking(false)}
        />
      )}
    </Card>
  )
}

/** One version of an interview, to read. */
export function VersionDialog({
  companyId,
  interviewId,
  version,
  onClose,
}: {
  companyId: string
  interviewId: string
  version: number
  onClose: () => void
}) {
  const queries = useVivaQueries()
  const shown = useQuery({
    ...queries.interviews.get.queryOptions({ companyId, interviewId, version }),
    // A version never changes.
    staleTime: Infinity,
  })
  const policies = useAllPolicies(companyId)
  const policyId = shown.data?.definition.policy.policyId
  return (
    <Dialog title={interviews.versions.shown(version)} onClose={onClose} wide>
      {shown.isPending && <Loading rows={4} />}
      {shown.isError && <Failure error={shown.error} onRetry={() => void shown.refetch()} />}
      {shown.data && (
        <div className="grid gap-6">
          <p className="text-lg font-medium">{shown.data.definition.title}</p>
          <Overview
            level={3}
            definition={shown.data.definition}
            policyName={policies.data?.find(({ id }) => id === policyId)?.name ?? null}
          />
        </div>
      )}
    </Dialog>
  )
}
