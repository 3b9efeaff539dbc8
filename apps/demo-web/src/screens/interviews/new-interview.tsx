import { useNavigate, useParams } from '@tanstack/react-router'
import { interviews } from '#strings/interviews.ts'
import { RequirePermission } from '../../app/require-permission.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { InterviewEditor } from './interview-editor.tsx'

/** Makes an interview. Its first version is a draft. */
export function NewInterview() {
  const { companyId } = useParams({ from: '/staff/signed-in/c/$companyId/interviews/new' })
  const navigate = useNavigate()
  return (
    <Page
      title={interviews.newTitle}
      description={interviews.newText}
      actions={
        <ButtonLink to="/c/$companyId/interviews" params={{ companyId }} variant="quiet">
          {interviews.back}
        </ButtonLink>
      }
    >
      <RequirePermission companyId={companyId} permission="interviews.write">
        <InterviewEditor
          companyId={companyId}
          interview={null}
          onSaved={({ id }) =>
            void navigate({
              to: '/c/$companyId/interviews/$interviewId',
              params: { companyId, interviewId: id },
              replace: true,
              // It was saved a moment ago; the guard hears of it with the next render.
              ignoreBlocker: true,
            })
          }
        />
      </RequirePermission>
    </Page>
  )
}
