import { useMutation } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { isVivaError } from '@viva/client'
import { useViva } from '@viva/client/react'
import { type FormEvent, useState } from 'react'
import { account } from '#strings/account.ts'
import { useGoHome } from '../../app/use-go-home.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { TextField } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { Failure } from '../../ui/states.tsx'

/** Makes an account and signs in to it. */
export function SignUp() {
  const { signUp } = account
  const { next } = useSearch({ from: '/staff/sign-up' })
  const viva = useViva()
  const goHome = useGoHome()
  const [person, setPerson] = useState({ name: '', email: '', password: '' })
  const make = useMutation({
    mutationFn: async () => {
      // The answer does not say whether the address was free; the log-in does, to who knows the password.
      await viva.signUp(person)
      await viva.logIn(person)
      await goHome(next)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    make.mutate()
  }
  const set = (field: keyof typeof person) => ({
    value: person[field],
    onChange: (event: { target: { value: string } }) =>
      setPerson((before) => ({ ...before, [field]: event.target.value })),
  })
  return (
    <Page title={signUp.title} width="narrow">
      <Card>
        <form onSubmit={submit} className="grid gap-4">
          {make.isError &&
            (isVivaError(make.error, 'INVALID_CREDENTIALS') ? (
              <p role="alert" className="text-sm text-bad">
                {signUp.takenHint}
              </p>
            ) : (
              <Failure error={make.error} />
            ))}
          <TextField label={signUp.name} autoComplete="name" required maxLength={100} {...set('name')} />
          <TextField
            label={signUp.email}
            type="email"
            autoComplete="username"
            required
            maxLength={254}
            {...set('email')}
          />
          <TextField
            label={signUp.password}
            hint={signUp.passwordHint}
            type="password"
            autoComplete="new-password"
            required
            minLength={10}
            maxLength={256}
            {...set('password')}
          />
          <Button type="submit" variant="primary" pending={make.isPending}>
            {signUp.submit}
          </Button>
        </form>
      </Card>
      <p className="mt-4 text-sm text-muted">
        {signUp.haveAccount}{' '}
        <Link to="/log-in" search={next === undefined ? {} : { next }} className="text-accent underline">
          {signUp.logIn}
        </Link>
      </p>
    </Page>
  )
}
