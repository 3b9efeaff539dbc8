import { MapPinOff } from 'lucide-react'
import { common } from '#strings/common.ts'
import { ButtonLink } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <Page title={common.notFound.title} width="medium">
      <div className="grid justify-items-start gap-4">
        <MapPinOff aria-hidden className="size-8 text-muted" />
        <p>{common.notFound.text}</p>
        <ButtonLink to="/" variant="primary">
          {common.notFound.home}
        </ButtonLink>
      </div>
    </Page>
  )
}
