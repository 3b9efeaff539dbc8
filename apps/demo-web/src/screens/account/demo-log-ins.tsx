import { useMutation, useQuery } from '@tanstack/react-query'
import type { DemoAccount } from '@viva/client'
import { useViva, useVivaQueries } from '@viva/client/react'
import { LogIn } from 'lucide-react'
import { account } from '#strings/account.ts'
import { common } from '#strings/common.ts'
import { useGoHome } from '../../app/use-go-home.ts'
import { Card } from '../../ui/card.tsx'
import { Failure, Loading } from '../../ui/states.tsx'

/** The people of the demo company, each one click away. Present only where the server offers them. */
export function DemoLogIns() {
  const { landing } = account
  const queries = useVivaQueries()
  const accounts = useQuery({ ...queries.auth.demoAccounts.queryOptions(), staleTime: Infinity })
  return (
    <Card title={landing.tryTitle} description={landing.tryText}>
      {accounts.isPending && <Loading rows={5} rowClass="h-15" />}
      {accounts.isError && <Failure error={accounts.error} onRetry={() => void accounts.refetch()} />}
      {accounts.data?.length === 0 && <p className="text-sm">{landing.noDemo}</p>}
      {accounts.data && accounts.data.length > 0 && <Accounts accounts={accounts.data} />}
    </Card>
  )
}

function Accounts({ accounts }: { accounts: readonly DemoAccount[] }) {
  const viva = useViva()
  const goHome = useGoHome()
  const enter = useMutation({
    mutationFn: async ({ email, password }: DemoAccount) => {
      await viva.logIn({ email, password })
      await goHome()
    },
  })
  return (
    <div className="grid gap-3">
      {enter.isError && <Failure error={enter.error} />}
      <ul className="grid gap-2 sm:grid-cols-2">
        {accounts.map((person) => (
          <li key={person.email}>
            <button
              type="button"
              aria-disabled={enter.isPending || undefined}
              onClick={() => {
                if (!enter.isPending) enter.mutate(person)
              }}
              className="flex min-h-15 w-full items-center justify-between gap-3 rounded-lg border border-edge px-4 py-2 text-left hover:bg-sunken"
            >
              <span className="grid min-w-0">
                <span className="truncate font-medium">
                  <span className="sr-only">{account.landing.logInAs} </span>
                  {person.name} <span className="font-normal text-muted">· {common.roles[person.role]}</span>
                </span>
                <span className="truncate text-sm text-muted">{account.landing.roleHints[person.role]}</span>
              </span>
              <LogIn aria-hidden className="size-5 shrink-0 text-accent" />
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
