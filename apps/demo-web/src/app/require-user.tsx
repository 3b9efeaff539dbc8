import { Outlet } from '@tanstack/react-router'
import { useUser } from '@viva/client/react'
import { common } from '#strings/common.ts'
import { Failure, Loading } from '../ui/states.tsx'
import { ToLogIn } from './to-log-in.tsx'

/** Shows its screens to who is signed in, and leads everybody else to the log-in and back. */
export function RequireUser() {
  const user = useUser()
  switch (user.status) {
    case 'signed-in':
      return <Outlet />
    case 'signed-out':
      return <ToLogIn />
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
