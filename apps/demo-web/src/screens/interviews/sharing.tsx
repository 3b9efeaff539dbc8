import type { Interview } from '@viva/client'
import { Send } from 'lucide-react'
import { useFormContext, useWatch } from 'react-hook-form'
import { interviews } from '#strings/interviews.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { CheckboxField } from '../../ui/field.tsx'
import type { InterviewForm } from './interview-form.ts'
import { OpenLink } from './open-link.tsx'

/** Who may sit the interview: anyone by its link, or who is invited. */
export function Sharing({ interview, mayInvite }: { interview: Interview | null; mayInvite: boolean }) {
  const strings = interviews.sharing
  const { control, register } = useFormContext<InterviewForm>()
  const isOpen = useWatch({ control, name: 'open' })
  const isPublished = interview !== null && interview.publishedVersion !== null
  return (
    <Card title={strings.title}>
      <div className="grid gap-4">
        <CheckboxField label={strings.open} hint={strings.openHint} {...register('open')} />
        {isOpen && interview && <OpenLink interviewId={interview.id} isPublished={isPublished} />}
        {mayInvite &&
          (isPublished ? (
            <ButtonLink
              to="/c/$companyId/sessions"
              params={{ companyId: interview.companyId }}
              search={{ invite: interview.id }}
              className="justify-self-start"
            >
              <Send aria-hidden className="size-4" />
              {strings.invite}
            </ButtonLink>
          ) : (
            <p className="text-sm text-muted">{strings.inviteAfterPublishing}</p>
          ))}
      </div>
    </Card>
  )
}
