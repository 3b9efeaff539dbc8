import { useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { Policy } from '@viva/client'
import { SearchX } from 'lucide-react'
import { policies } from '#strings/policies.ts'
import { useMembership } from '../../app/use-membership.ts'
import { Badge } from '../../ui/badge.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty, Failure, Loading } from '../../ui/states.tsx'
import { PolicyEditor } from './policy-editor.tsx'
import { Preview } from './preview.tsx'
import { RulesOverview } from './rules-overview.tsx'
import { usePolicy } from './use-policy.ts'

/** One policy: its editor for who may write, its rules to read and to try for who may not. */
export function EditPolicy() {
  const { companyId, policyId } = useParams({ from: '/staff/signed-in/c/$companyId/policies/$policyId' })
  const { may } = useMembership(companyId)
  const queryClient = useQueryClient()
  const query = usePolicy(companyId, policyId)
  const policy = query.data
  return (
    <Page
      title={policy?.name ?? policies.untitled}
      description={
        policy && (
          <span className="grid gap-2">
            <span>
              <Badge>{policies.list.version(policy.version)}</Badge>
            </span>
            {may('policies.write') ? policies.keepVersion : policies.readOnly}
          </span>
        )
      }
      actions={
        <ButtonLink to="/c/$companyId/policies" params={{ companyId }} variant="quiet">
          {policies.back}
        </ButtonLink>
      }
    >
      {query.isPending && <Loading rows={3} rowClass="h-48" />}
      {query.isError && !policy && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {policy === null && (
        <Empty icon={SearchX} title={policies.notFoundTitle}>
          {policies.notFoundText}
        </Empty>
      )}
      {policy &&
        (may('policies.write') ? (
          <PolicyEditor
            key={policyId}
            companyId={companyId}
            policy={policy}
            loadNewest={query.loadNewest}
            onSaved={(saved) => queryClient.setQueryData(query.queryKey, saved)}
          />
        ) : (
          <ReadOnly policy={policy} />
        ))}
    </Page>
  )
}

function ReadOnly({ policy }: { policy: Policy }) {
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_26rem]">
      <Card>
        <RulesOverview rules={policy.rules} level={2} />
      </Card>
      <Preview companyId={policy.companyId} rules={policy.rules} />
    </div>
  )
}
