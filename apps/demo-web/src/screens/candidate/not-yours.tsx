import { useMutation } from '@tanstack/react-query'
import type { User } from '@viva/client'
import { useViva } from '@viva/client/react'
import { gate } from '#strings/candidate-gate.ts'
import { withQueries } from '../../app/with-queries.tsx'
import { Button } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { Failure } from '../../ui/states.tsx'

function NotYoursPage({ user }: { user: User }) {
  const viva = useViva()
  const leave = useMutation({ mutationFn: () => viva.logOut() })
  return (
    <Page title={gate.notYours} width="medium">
      <div className="grid justify-items-start gap-4">
        <p className="max-w-prose">{gate.notYoursText(user.email ?? user.name)}</p>
        {leave.isError && <Failure error={leave.error} />}
        <Button pending={leave.isPending} onClick={() => leave.mutate()}>
          {gate.logOut}
        </Button>
      </div>
    </Page>
  )
}

/** A session that belongs to somebody else, or to nobody: says who is signed in, and lets them out. */
export const NotYours = withQueries(NotYoursPage)
