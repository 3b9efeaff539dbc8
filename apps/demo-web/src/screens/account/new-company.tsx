import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useVivaQueries } from '@viva/client/react'
import { type FormEvent, useState } from 'react'
import { account } from '#strings/account.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { TextField } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { Failure } from '../../ui/states.tsx'
import { useRetryKey } from '../../ui/use-retry-key.ts'

/** Makes a company, whose admin the user becomes. */
export function NewCompany() {
  const { newCompany } = account
  const queries = useVivaQueries()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const keyed = useRetryKey()
  const make = useMutation({
    ...queries.companies.create.mutationOptions(),
    onSuccess: async ({ id }) => {
      await queryClient.invalidateQueries({ queryKey: queries.auth.me.queryKey() })
      await navigate({ to: '/c/$companyId/interviews', params: { companyId: id } })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    make.mutate(keyed({ name }))
  }
  return (
    <Page title={newCompany.title} description={newCompany.text} width="narrow">
      <Card>
        <form onSubmit={submit} className="grid gap-4">
          {make.isError && <Failure error={make.error} />}
          <TextField
            label={newCompany.name}
            autoComplete="organization"
            required
            maxLength={120}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <Button type="submit" variant="primary" pending={make.isPending}>
            {newCompany.submit}
          </Button>
        </form>
      </Card>
    </Page>
  )
}
