import { useMutation } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { useViva } from '@viva/client/react'
import { type FormEvent, useState } from 'react'
import { account } from '#strings/account.ts'
import { useGoHome } from '../../app/use-go-home.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { TextField } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { Failure } from '../../ui/states.tsx'

/** Signs a user in and leads them to where they were going. */
export function LogIn() {
  const { logIn } = account
  const { next } = useSearch({ from: '/staff/log-in' })
  const viva = useViva()
  const goHome = useGoHome()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const enter = useMutation({
    mutationFn: async () => {
      await viva.logIn({ email, password })
      await goHome(next)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    enter.mutate()
  }
  return (
    <Page title={logIn.title} width="narrow">
      <Card>
        <form onSubmit={submit} className="grid gap-4">
          {enter.isError && <Failure error={enter.error} />}
          <TextField
            label={logIn.email}
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
          <TextField
            label={logIn.password}
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
          <Button type="submit" variant="primary" pending={enter.isPending}>
            {logIn.submit}
          </Button>
        </form>
      </Card>
      <p className="mt-4 text-sm text-muted">
        {logIn.noAccount}{' '}
        <Link to="/sign-up" search={next === undefined ? {} : { next }} className="text-accent underline">
          {logIn.signUp}
        </Link>
      </p>
    </Page>
  )
}
