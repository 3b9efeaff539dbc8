import { useUser } from '@viva/client/react'
import { Link2, ShieldCheck, UserCheck } from 'lucide-react'
import { useEffect } from 'react'
import { account } from '#strings/account.ts'
import { common } from '#strings/common.ts'
import { useGoHome } from '../../app/use-go-home.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { DemoLogIns } from './demo-log-ins.tsx'

const ICONS = [ShieldCheck, Link2, UserCheck] as const

/** What Viva is, and the ways in. */
export function Landing() {
  const { landing } = account
  useEffect(() => {
    document.title = common.product
  }, [])
  return (
    <div className="mx-auto grid max-w-7xl gap-10 px-4 py-10 sm:px-6 sm:py-16">
      <div className="grid max-w-3xl gap-4">
        <h1 className="text-3xl font-semibold tracking-tight text-balance sm:text-5xl">{landing.title}</h1>
        <p className="text-lg text-pretty text-muted">{landing.lead}</p>
        <WaysIn />
      </div>
      <ul className="grid gap-4 sm:grid-cols-3">
        {landing.points.map(({ title, text }, index) => {
          const Icon = ICONS[index] ?? ShieldCheck
          return (
            <li key={title} className="grid content-start gap-2 rounded-xl border border-line bg-surface p-5">
              <Icon aria-hidden className="size-6 text-accent" />
              <h2 className="font-semibold">{title}</h2>
              <p className="text-sm text-muted">{text}</p>
            </li>
          )
        })}
      </ul>
      <div className="grid items-start gap-6 lg:grid-cols-[2fr_1fr]">
        <DemoLogIns />
        <section aria-labelledby="tour" className="rounded-xl border border-line bg-surface p-5">
          <h2 id="tour" className="mb-3 text-lg font-semibold">
            {landing.tour.title}
          </h2>
          <ol className="grid list-decimal gap-2 pl-5 text-sm text-muted marker:font-semibold marker:text-ink">
            {landing.tour.steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </section>
      </div>
    </div>
  )
}

/** On, for who is signed in; log-in and sign-up for everybody else. Takes the same room in either case. */
function WaysIn() {
  const user = useUser()
  const goHome = useGoHome()
  return (
    <div className="flex min-h-12 flex-wrap gap-3">
      {user.status === 'signed-in' && (
        <Button variant="primary" size="large" onClick={() => void goHome()}>
          {account.landing.continueAs(user.user.name)}
        </Button>
      )}
      {(user.status === 'signed-out' || user.status === 'unreachable') && (
        <>
          <ButtonLink to="/log-in" variant="primary" size="large">
            {account.logIn.title}
          </ButtonLink>
          <ButtonLink to="/sign-up" size="large">
            {account.signUp.title}
          </ButtonLink>
        </>
      )}
    </div>
  )
}
