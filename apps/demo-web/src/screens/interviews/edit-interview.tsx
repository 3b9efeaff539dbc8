import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { Interview } from '@viva/client'
import { useVivaQueries } from '@viva/client/react'
import { Send } from 'lucide-react'
import { interviews } from '#strings/interviews.ts'
import { useMembership } from '../../app/use-membership.ts'
import { Badge } from '../../ui/badge.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Page } from '../../ui/page.tsx'
import { Failure, Loading } from '../../ui/states.tsx'
import { useAllPolicies } from '../policies/use-all-policies.ts'
import { InterviewEditor } from './interview-editor.tsx'
import { OpenLink } from './open-link.tsx'
import { Overview } from './overview.tsx'

/** One interview: its editor for who may write, everything to read for who may not. */
export function EditInterview() {
  const { companyId, interviewId } = useParams({
    from: '/staff/signed-in/c/$companyId/interviews/$interviewId',
  })
  const { may } = useMembership(companyId)
  const queries = useVivaQueries()
  const queryClient = useQueryClient()
  const input = { companyId, interviewId }
  const query = useQuery({
    ...queries.interviews.get.queryOptions(input),
    // The form is opened from the newest version, and nothing but its own saving changes what it was opened from.
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  const interview = query.data
  return (
    <Page
      title={interview?.definition.title ?? interviews.untitled}
      description={interview && <State interview={interview} />}
      actions={
        <ButtonLink to="/c/$companyId/interviews" params={{ companyId }} variant="quiet">
          {interviews.back}
        </ButtonLink>
      }
    >
      {query.isPending && <Loading rows={4} rowClass="h-40" />}
      {query.isError && !interview && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {interview &&
        (may('interviews.write') ? (
          <InterviewEditor
            key={interviewId}
            companyId={companyId}
            interview={interview}
            onSaved={(saved) => queryClient.setQueryData(queries.interviews.get.queryKey(input), saved)}
          />
        ) : (
          <ReadOnly interview={interview} />
        ))}
    </Page>
  )
}

function State({ interview }: { interview: Interview }) {
  const { publishedVersion, latestVersion } = interview
  return (
    <span className="flex flex-wrap gap-2">
      {publishedVersion !== null && <Badge tone="good">{interviews.list.published(publishedVersion)}</Badge>}
      {publishedVersion !== latestVersion && (
        <Badge tone="warn">{interviews.list.draft(latestVersion)}</Badge>
      )}
      {interview.definition.open && <Badge tone="accent">{interviews.list.open}</Badge>}
    </span>
  )
}

function ReadOnly({ interview }: { interview: Interview }) {
  const { id, companyId, definition, publishedVersion } = interview
  const { may } = useMembership(companyId)
  const policies = useAllPolicies(companyId, { enabled: may('policies.read') })
  const policy = policies.data?.find((item) => item.id === definition.policy.policyId)
  return (
    <div className="grid max-w-4xl gap-6">
      <p className="text-sm text-muted">{interviews.overview.readOnly}</p>
      <Card>
        <Overview definition={definition} policyName={policy?.name ?? null} />
      </Card>
      {definition.open && <OpenLink interviewId={id} isPublished={publishedVersion !== null} />}
      {may('sessions.invite') && publishedVersion !== null && (
        <ButtonLink
          to="/c/$companyId/sessions"
          params={{ companyId }}
          search={{ invite: id }}
          className="justify-self-start"
        >
          <Send aria-hidden className="size-4" />
          {interviews.sharing.invite}
        </ButtonLink>
      )}
    </div>
  )
}
