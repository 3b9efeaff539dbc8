import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useUser, useViva, useVivaQueries } from '@viva/client/react'
import { Building2, LogOut, Plus } from 'lucide-react'
import { useState } from 'react'
import { account as strings } from '#strings/account.ts'
import { common } from '#strings/common.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { formatDateTime } from '../../ui/format.ts'
import { Page } from '../../ui/page.tsx'
import { Failure, Loading } from '../../ui/states.tsx'
import { Devices } from './devices.tsx'

/** The user's companies, own interviews and devices, and the ways out. */
export function Account() {
  const viva = useViva()
  const user = useUser()
  const navigate = useNavigate()
  const [isAsking, setAsking] = useState(false)
  const leave = useMutation({
    mutationFn: async (where: 'here' | 'everywhere') => {
      if (where === 'here') await viva.logOut()
      else await viva.logOutEverywhere()
      await navigate({ to: '/' })
    },
    onSettled: () => setAsking(false),
  })
  const me = user.status === 'signed-in' ? user.user : null
  return (
    <Page
      title={strings.account.title}
      description={me && (me.email === null ? me.name : `${me.name}, ${me.email}`)}
      width="medium"
      actions={
        <Button pending={leave.isPending} onClick={() => leave.mutate('here')}>
          <LogOut aria-hidden className="size-4" />
          {common.nav.logOut}
        </Button>
      }
    >
      <div className="grid gap-6">
        {leave.isError && <Failure error={leave.error} />}
        {me?.guest ? <p className="text-muted">{strings.account.guest}</p> : <Companies />}
        <OwnSessions />
        <Card title={strings.account.devices} description={strings.account.devicesText}>
          <Devices />
          <div className="mt-6 flex flex-wrap items-center justify-between gap-3 border-t border-line pt-4">
            <p className="text-sm text-muted">{strings.account.everywhereText}</p>
            <Button variant="danger" onClick={() => setAsking(true)}>
              {strings.account.everywhere}
            </Button>
          </div>
        </Card>
      </div>
      {isAsking && (
        <Dialog title={strings.account.everywhereConfirm} onClose={() => setAsking(false)}>
          <p className="mb-4">{strings.account.everywhereText}</p>
          <div className="flex flex-wrap justify-end gap-2">
            <Button onClick={() => setAsking(false)}>{common.cancel}</Button>
            <Button variant="danger" pending={leave.isPending} onClick={() => leave.mutate('everywhere')}>
              {strings.account.everywhere}
            </Button>
          </div>
        </Dialog>
      )}
    </Page>
  )
}

function Companies() {
  const queries = useVivaQueries()
  const me = useQuery(queries.auth.me.queryOptions())
  return (
    <Card
      title={strings.account.companies}
      actions={
        <ButtonLink to="/companies/new" size="small">
          <Plus aria-hidden className="size-4" />
          {strings.account.newCompany}
        </ButtonLink>
      }
    >
      {me.isPending && <Loading rows={1} />}
      {me.isError && <Failure error={me.error} onRetry={() => void me.refetch()} />}
      {me.data?.memberships.length === 0 && (
        <p className="text-sm text-muted">{strings.account.noCompanies}</p>
      )}
      <ul className="grid gap-2">
        {me.data?.memberships.map(({ companyId, companyName, role }) => (
          <li key={companyId}>
            <Link
              to="/c/$companyId/interviews"
              params={{ companyId }}
              className="flex min-h-14 items-center gap-3 rounded-lg border border-line px-4 py-2 hover:bg-sunken"
            >
              <Building2 aria-hidden className="size-5 shrink-0 text-muted" />
              <span className="min-w-0 grow truncate font-medium">{companyName}</span>
              <Badge>{common.roles[role]}</Badge>
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function OwnSessions() {
  const queries = useVivaQueries()
  const mine = useInfiniteQuery(queries.sessions.mine.infiniteQueryOptions({}))
  const sessions = mine.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <Card title={strings.account.sittings}>
      {mine.isPending && <Loading rows={1} />}
      {mine.isError && <Failure error={mine.error} onRetry={() => void mine.refetch()} />}
      {mine.isSuccess && sessions.length === 0 && (
        <p className="text-sm text-muted">{strings.account.noSittings}</p>
      )}
      <ul className="grid gap-2">
        {sessions.map(({ id, interviewTitle, companyName, createdAt }) => (
          <li key={id}>
            <Link
              to="/s/$sessionId"
              params={{ sessionId: id }}
              className="grid rounded-lg border border-line px-4 py-2 hover:bg-sunken"
            >
              <span className="font-medium">{interviewTitle}</span>
              <span className="text-sm text-muted">
                {companyName} · {formatDateTime(createdAt)}
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {mine.hasNextPage && (
        <Button className="mt-3" pending={mine.isFetchingNextPage} onClick={() => void mine.fetchNextPage()}>
          {common.more}
        </Button>
      )}
    </Card>
  )
}
