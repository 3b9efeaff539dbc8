import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { InterviewSummary } from '@viva/client'
import { useVivaQueries } from '@viva/client/react'
import { ClipboardList, Plus, Send } from 'lucide-react'
import { common } from '#strings/common.ts'
import { interviews } from '#strings/interviews.ts'
import { useMembership } from '../../app/use-membership.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { formatDateTime, formatRelative } from '../../ui/format.ts'
import { Page } from '../../ui/page.tsx'
import { Empty, Failure, Loading } from '../../ui/states.tsx'
import { openAddress } from './open-address.ts'

/** The company's interviews, newest first. */
export function Interviews() {
  const strings = interviews.list
  const { companyId } = useParams({ from: '/staff/signed-in/c/$companyId/interviews' })
  const { may } = useMembership(companyId)
  const queries = useVivaQueries()
  const list = useInfiniteQuery(queries.interviews.list.infiniteQueryOptions({ companyId, limit: 20 }))
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const create = may('interviews.write') && (
    <ButtonLink to="/c/$companyId/interviews/new" params={{ companyId }} variant="primary">
      <Plus aria-hidden className="size-4" />
      {strings.create}
    </ButtonLink>
  )
  return (
    <Page title={strings.title} description={strings.text} actions={create || undefined}>
      {list.isPending && <Loading rows={4} rowClass="h-22" />}
      {list.isError && items.length === 0 && (
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isSuccess && items.length === 0 && (
        <Empty icon={ClipboardList} title={strings.emptyTitle} action={create || undefined}>
          {create ? strings.emptyText : strings.emptyTextReadOnly}
        </Empty>
      )}
      {items.length > 0 && (
        <ul aria-label={strings.label} className="grid gap-3">
          {items.map((item) => (
            <Row key={item.id} interview={item} companyId={companyId} mayInvite={may('sessions.invite')} />
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

function Row({
  interview,
  companyId,
  mayInvite,
}: {
  interview: InterviewSummary
  companyId: string
  mayInvite: boolean
}) {
  const strings = interviews.list
  const { id, title, publishedVersion, latestVersion, open, questionCount, updatedAt } = interview
  return (
    <li className="relative flex flex-wrap items-center gap-x-6 gap-y-3 rounded-xl border border-line bg-surface p-4 hover:bg-sunken has-[a:focus-visible]:border-accent">
      <div className="grid min-w-0 grow basis-72 gap-1.5">
        {/* The link covers the row; what else can be done stands above it. */}
        <Link
          to="/c/$companyId/interviews/$interviewId"
          params={{ companyId, interviewId: id }}
          className="font-medium wrap-anywhere after:absolute after:inset-0 after:rounded-xl"
        >
          {title}
        </Link>
        <div className="flex flex-wrap items-center gap-2">
          {publishedVersion !== null && <Badge tone="good">{strings.published(publishedVersion)}</Badge>}
          {publishedVersion !== latestVersion && <Badge tone="warn">{strings.draft(latestVersion)}</Badge>}
          {open && <Badge tone="accent">{strings.open}</Badge>}
        </div>
        <p className="text-sm text-muted">
          {strings.questions(questionCount)} · {strings.updated}{' '}
          <time dateTime={updatedAt} title={formatDateTime(updatedAt)}>
            {formatRelative(updatedAt)}
          </time>
        </p>
      </div>
      <div className="relative z-1 flex flex-wrap gap-2">
        {open && publishedVersion !== null && (
          <CopyButton text={openAddress(id)} label={strings.copyOpenLink(title)} caption={strings.copyLink} />
        )}
        {mayInvite && publishedVersion !== null && (
          <ButtonLink
            to="/c/$companyId/sessions"
            params={{ companyId }}
            search={{ invite: id }}
            aria-label={strings.inviteTo(title)}
          >
            <Send aria-hidden className="size-4" />
            {strings.invite}
          </ButtonLink>
        )}
      </div>
    </li>
  )
}
