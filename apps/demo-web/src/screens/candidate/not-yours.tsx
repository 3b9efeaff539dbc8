import type { User } from '@viva/client'
import { useViva } from '@viva/client/react'
import { gate } from '#strings/candidate-gate.ts'
import { Button } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { Failure } from '../../ui/states.tsx'
import { useCall } from './use-call.ts'

/** A session that belongs to somebody else, or to nobody: says who is signed in, and lets them out. */
export function NotYours({ user }: { user: User }) {
  const viva = useViva()
  const leave = useCall((signal) => viva.logOut({ signal }))
  return (
    <Page title={gate.notYours} width="medium">
      <div className="grid justify-items-start gap-4">
        <p className="max-w-prose">{gate.notYoursText(user.email ?? user.name)}</p>
        {leave.error !== null && <Failure error={leave.error} />}
        <Button pending={leave.isPending} onClick={leave.call}>
          {gate.logOut}
        </Button>
      </div>
    </Page>
  )
}
