import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { Policy } from '@viva/client'
import { useVivaQueries } from '@viva/client/react'
import { Plus, Scale } from 'lucide-react'
import { common } from '#strings/common.ts'
import { policies } from '#strings/policies.ts'
import { useMembership } from '../../app/use-membership.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { formatDateTime } from '../../ui/format.ts'
import { Page } from '../../ui/page.tsx'
import { Empty, Failure, Loading } from '../../ui/states.tsx'

/** The company's policies in their newest versions. */
export function Policies() {
  const strings = policies.list
  const { companyId } = useParams({ from: '/staff/signed-in/c/$companyId/policies' })
  const { may } = useMembership(companyId)
  const queries = useVivaQueries()
  const list = useInfiniteQuery(
    queries.proctoring.listPolicies.infiniteQueryOptions({ companyId, limit: 20 }),
  )
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const create = may('policies.write') && (
    <ButtonLink to="/c/$companyId/policies/new" params={{ companyId }} variant="primary">
      <Plus aria-hidden className="size-4" />
      {strings.create}
    </ButtonLink>
  )
  return (
    <Page title={strings.title} description={strings.text} actions={create || undefined}>
      {list.isPending && <Loading rows={2} rowClass="h-22" />}
      {list.isError && items.length === 0 && (
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isSuccess && items.length === 0 && (
        <Empty icon={Scale} title={strings.emptyTitle} action={create || undefined}>
          {strings.emptyText}
        </Empty>
      )}
      {items.length > 0 && (
        <ul aria-label={strings.label} className="grid gap-3">
          {items.map((policy) => (
            <Row key={policy.id} policy={policy} />
          ))}
        </ul>
      )}
      {list.isError && items.length > 0 && (
        <div className="mt-4">
          <Failure error={list.error} onRetry={() => void list.fetchNextPage()} />
        </div>
      )}
      {list.hasNextPage && !list.isError && (
        <Button className="mt-4" pending={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {common.more}
        </Button>
      )}
    </Page>
  )
}

function Row({ policy }: { policy: Policy }) {
  const strings = policies.list
  const { id, companyId, name, version, createdAt } = policy
  const { rules, consequences } = policy.rules
  return (
    <li className="relative grid gap-1.5 rounded-xl border border-line bg-surface p-4 hover:bg-sunken has-[a:focus-visible]:border-accent">
      <Link
        to="/c/$companyId/policies/$policyId"
        params={{ companyId, policyId: id }}
        className="font-medium wrap-anywhere after:absolute after:inset-0 after:rounded-xl"
      >
        {name}
      </Link>
      <div className="flex flex-wrap items-center gap-2">
        <Badge>{strings.version(version)}</Badge>
        {consequences.some(({ action }) => action === 'end') && <Badge tone="warn">{strings.ends}</Badge>}
      </div>
      <p className="text-sm text-muted">
        {strings.rules(rules.length)}, {strings.consequences(consequences.length)} · {strings.made}{' '}
        <time dateTime={createdAt}>{formatDateTime(createdAt)}</time>
      </p>
    </li>
  )
}
