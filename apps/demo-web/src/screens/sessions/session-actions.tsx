import { isTerminal, type Session } from '@viva/client'
import { sessions as strings } from '#strings/sessions.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { candidateName } from './candidate-name.ts'

/** What can be done with each row of the list. */
export interface RowActions {
  companyId: string
  picked: ReadonlySet<string>
  /** Whether more sessions can be picked. */
  hasRoom: boolean
  onPick: (sessionId: string) => void
  /** Null for those who may not. */
  onEnd: ((session: Session) => void) | null
}

/** The box that picks a session to be watched; none for sessions in which nothing happens any more. */
export function PickBox({ session, actions }: { session: Session; actions: RowActions }) {
  const { picked, hasRoom, onPick } = actions
  const isPicked = picked.has(session.id)
  if (isTerminal(session.state) && !isPicked) return null
  return (
    <label className="relative z-10 -m-2 inline-flex p-2">
      <span className="sr-only">{strings.selectRow(candidateName(session))}</span>
      <input
        type="checkbox"
        className="size-5 accent-accent"
        checked={isPicked}
        disabled={!isPicked && !hasRoom}
        onChange={() => onPick(session.id)}
      />
    </label>
  )
}

/** Watch it, or end it: as long as it goes on. */
export function SessionActions({ session, actions }: { session: Session; actions: RowActions }) {
  const { companyId, onEnd } = actions
  if (isTerminal(session.state)) return null
  const name = candidateName(session)
  return (
    <div className="relative z-10 flex flex-wrap gap-2">
      <ButtonLink
        to="/c/$companyId/monitor"
        params={{ companyId }}
        search={{ ids: session.id }}
        size="small"
        aria-label={strings.watchOne(name)}
      >
        {strings.watch}
      </ButtonLink>
      {onEnd && (
        <Button variant="quiet" size="small" aria-label={strings.endOne(name)} onClick={() => onEnd(session)}>
          {strings.end}
        </Button>
      )}
    </div>
  )
}
