import { Navigate, Outlet, useLocation } from '@tanstack/react-router'
import { useUser } from '@viva/client/react'
import { common } from '#strings/common.ts'
import { Failure, Loading } from '../ui/states.tsx'

/** Shows its screens to who is signed in, and leads everybody else to the log-in and back. */
export function RequireUser() {
  const user = useUser()
  const here = useLocation({ select: ({ href }) => href })
  switch (user.status) {
    case 'signed-in':
      return <Outlet />
    case 'signed-out':
      return <Navigate to="/log-in" search={{ next: here }} replace />
    case 'unreachable':
      return (
        <div className="mx-auto max-w-3xl px-4 py-8">
          <Failure title={common.unreachable.title} error={user.error} onRetry={user.retry} />
        </div>
      )
    case 'loading':
      return (
        <div className="mx-auto max-w-7xl px-4 py-8 sm:px-6">
          <Loading />
        </div>
      )
  }
}
