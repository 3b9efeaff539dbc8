import type { User } from '@viva/client'
import { useUser } from '@viva/client/react'
import { type ReactNode, useEffect } from 'react'
import { gate } from '#strings/candidate-gate.ts'
import { Page } from '../../ui/page.tsx'
import { Failure, Loading } from '../../ui/states.tsx'

/**
 * Waits until it is known who sits here, and shows what is right for them. Where only the server could tell and it was
 * not reached, tries again by itself.
 */
export function CandidateGate({ children }: { children: (user: User | null) => ReactNode }) {
  const user = useUser()
  const retry = user.status === 'unreachable' ? user.retry : null
  useEffect(() => {
    if (retry === null) return
    const timer = setTimeout(retry, 5000)
    addEventListener('online', retry)
    return () => {
      clearTimeout(timer)
      removeEventListener('online', retry)
    }
  }, [retry])
  switch (user.status) {
    case 'signed-in':
      return children(user.user)
    case 'signed-out':
      return children(null)
    case 'loading':
      return (
        <div className="mx-auto max-w-3xl px-4 py-8">
          <Loading rows={4} rowClass="h-24" />
        </div>
      )
    case 'unreachable':
      return (
        <Page title={gate.unreachable} description={gate.unreachableText} width="medium">
          <Failure error={user.error} onRetry={user.retry} />
        </Page>
      )
  }
}
