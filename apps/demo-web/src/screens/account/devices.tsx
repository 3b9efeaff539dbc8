import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useVivaQueries } from '@viva/client/react'
import { MonitorSmartphone } from 'lucide-react'
import { account as strings } from '#strings/account.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { formatDateTime, formatRelative } from '../../ui/format.ts'
import { Failure, Loading } from '../../ui/states.tsx'
import { describeDevice } from './describe-device.ts'

/** Every device that the user is signed in on, and a way to sign each of the others out. */
export function Devices() {
  const queries = useVivaQueries()
  const queryClient = useQueryClient()
  const devices = useQuery(queries.auth.devices.queryOptions())
  const revoke = useMutation({
    ...queries.auth.revokeDevice.mutationOptions(),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queries.auth.devices.queryKey() }),
  })
  if (devices.isPending) return <Loading rows={2} rowClass="h-20" />
  if (devices.isError) return <Failure error={devices.error} onRetry={() => void devices.refetch()} />
  return (
    <div className="grid gap-3">
      {revoke.isError && <Failure error={revoke.error} />}
      <p role="status" className="sr-only">
        {revoke.isSuccess ? strings.account.signedOutDevice : ''}
      </p>
      <ul className="grid divide-y divide-line">
        {devices.data.map(({ authSessionId, userAgent, ip, createdAt, lastUsedAt, current }) => {
          const name = describeDevice(userAgent) ?? strings.account.unknownDevice
          return (
            <li key={authSessionId} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
              <MonitorSmartphone aria-hidden className="size-6 shrink-0 text-muted" />
              <div className="grid min-w-0 grow">
                <span className="flex flex-wrap items-center gap-2 font-medium wrap-anywhere">
                  {name}
                  {current && <Badge tone="good">{strings.account.current}</Badge>}
                </span>
                <span className="text-sm text-muted">
                  {ip} · {strings.account.lastUsed(formatRelative(lastUsedAt))} ·{' '}
                  {strings.account.signedIn(formatDateTime(createdAt))}
                </span>
              </div>
              {!current && (
                <Button
                  size="small"
                  aria-label={strings.account.signOutDevice(name)}
                  pending={revoke.isPending && revoke.variables.authSessionId === authSessionId}
                  onClick={() => revoke.mutate({ authSessionId })}
                >
                  {strings.account.signOut}
                </Button>
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}
