import { useNavigate, useParams } from '@tanstack/react-router'
import { policies } from '#strings/policies.ts'
import { RequirePermission } from '../../app/require-permission.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { PolicyEditor } from './policy-editor.tsx'

/** Makes a policy; it starts with the rules that a company begins with. */
export function NewPolicy() {
  const { companyId } = useParams({ from: '/staff/signed-in/c/$companyId/policies/new' })
  const navigate = useNavigate()
  return (
    <Page
      title={policies.newTitle}
      description={policies.newText}
      actions={
        <ButtonLink to="/c/$companyId/policies" params={{ companyId }} variant="quiet">
          {policies.back}
        </ButtonLink>
      }
    >
      <RequirePermission companyId={companyId} permission="policies.write">
        <PolicyEditor
          companyId={companyId}
          policy={null}
          loadNewest={() => Promise.reject(new Error('a policy that is not made yet has no newer version'))}
          onSaved={({ id }) =>
            void navigate({
              to: '/c/$companyId/policies/$policyId',
              params: { companyId, policyId: id },
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
