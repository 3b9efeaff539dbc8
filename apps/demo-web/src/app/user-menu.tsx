import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { User } from '@viva/client'
import { useViva, useVivaQueries } from '@viva/client/react'
import { Building2, ChevronDown, CircleUser, LogOut } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { common } from '#strings/common.ts'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/states.tsx'

const ITEM =
  'flex min-h-10 w-full items-center gap-3 rounded-lg px-3 text-sm outline-none select-none data-highlighted:bg-sunken'

/** Who is signed in; the ways to their companies and their account, and out. */
export function UserMenu({ user }: { user: User }) {
  const viva = useViva()
  const navigate = useNavigate()
  const queries = useVivaQueries()
  const me = useQuery({ ...queries.auth.me.queryOptions(), staleTime: 60_000 })
  const leave = useMutation({
    mutationFn: async () => {
      await viva.logOut()
      await navigate({ to: '/' })
    },
  })
  return (
    // Not modal: locking the page's scrolling takes a <style> element, which the Content-Security-Policy refuses.
    <DropdownMenu.Root modal={false} onOpenChange={(isOpen) => isOpen && leave.reset()}>
      <DropdownMenu.Trigger asChild>
        <Button variant="quiet" size="small" className="max-w-44">
          <CircleUser aria-hidden className="size-5 shrink-0" />
          {/* On narrow screens the sign stands for the name, which is still read out. */}
          <span className="truncate max-sm:sr-only">{user.name}</span>
          <ChevronDown aria-hidden className="size-4 shrink-0 text-muted" />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          className="z-50 w-64 rounded-xl border border-line bg-surface p-1.5 text-ink shadow-xl"
        >
          {me.data?.memberships.map(({ companyId, companyName, role }) => (
            <DropdownMenu.Item key={companyId} asChild className={ITEM}>
              <Link to="/c/$companyId" params={{ companyId }}>
                <Building2 aria-hidden className="size-4 shrink-0 text-muted" />
                <span className="min-w-0 grow truncate">{companyName}</span>
                <span className="text-xs text-muted">{common.roles[role]}</span>
              </Link>
            </DropdownMenu.Item>
          ))}
          <DropdownMenu.Item asChild className={ITEM}>
            <Link to="/account">
              <CircleUser aria-hidden className="size-4 shrink-0 text-muted" />
              {common.nav.account}
            </Link>
          </DropdownMenu.Item>
          <DropdownMenu.Separator className="my-1.5 h-px bg-line" />
          <DropdownMenu.Item className={ITEM} onSelect={() => leave.mutate()}>
            <LogOut aria-hidden className="size-4 shrink-0 text-muted" />
            {common.nav.logOut}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
      {leave.isError && (
        <div className="fixed inset-x-4 top-16 z-40 ml-auto max-w-sm">
          <Failure error={leave.error} />
        </div>
      )}
    </DropdownMenu.Root>
  )
}
