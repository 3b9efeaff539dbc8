import type { SessionInvitation } from '@viva/client'
import { QRCodeSVG } from 'qrcode.react'
import { useEffect, useRef } from 'react'
import { sessions } from '#strings/sessions.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { TextField } from '../../ui/field.tsx'
import { formatDateTime } from '../../ui/format.ts'

/** A link that was made just now, to be handed over: it cannot be shown again. */
export function InvitationLink({
  invitation,
  onAnother,
  onDone,
}: {
  invitation: SessionInvitation
  onAnother: () => void
  onDone: () => void
}) {
  const { invite: strings } = sessions
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => place.current?.querySelector('input')?.focus(), [])
  const { token, expiresAt } = invitation
  // After the #, which browsers send to no server.
  const link = `${location.origin}/join#${token}`
  return (
    <div ref={place} className="grid gap-4">
      <p role="status" className="font-medium text-good">
        {strings.ready}
      </p>
      <div className="flex items-end gap-2">
        <div className="min-w-0 grow">
          <TextField
            label={strings.link}
            readOnly
            value={link}
            className="font-mono text-sm"
            onFocus={(event) => event.target.select()}
          />
        </div>
        <CopyButton text={link} label={strings.copyLink} />
      </div>
      <p className="rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn">{strings.once}</p>
      <p className="text-sm">
        {strings.until} <time dateTime={expiresAt}>{formatDateTime(expiresAt)}</time>.
      </p>
      <div className="grid justify-items-center gap-2">
        {/* Dark on light in every theme: cameras read nothing else reliably. */}
        <QRCodeSVG value={link} size={192} marginSize={4} level="M" role="img" title={strings.qr} />
        <p className="text-sm text-muted">{strings.qrHint}</p>
      </div>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onAnother}>{strings.another}</Button>
        <Button variant="primary" onClick={onDone}>
          {strings.done}
        </Button>
      </div>
    </div>
  )
}
