import type { Permission } from '@viva/client'
import { Lock } from 'lucide-react'
import type { ReactNode } from 'react'
import { editing } from '#strings/editing.ts'
import { Empty } from '../ui/states.tsx'
import { useMembership } from './use-membership.ts'

/** Shows its content to whose role allows it, and says so to everybody else. The server checks each call again. */
export function RequirePermission({
  companyId,
  permission,
  children,
}: {
  companyId: string
  permission: Permission
  children: ReactNode
}) {
  const { may } = useMembership(companyId)
  if (may(permission)) return children
  return (
    <Empty icon={Lock} title={editing.forbidden.title}>
      {editing.forbidden.text}
    </Empty>
  )
}
