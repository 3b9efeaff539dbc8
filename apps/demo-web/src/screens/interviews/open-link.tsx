import { interviews } from '#strings/interviews.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { TextField } from '../../ui/field.tsx'
import { openAddress } from './open-address.ts'

/** The address of an open interview, to read and to copy. */
export function OpenLink({ interviewId, isPublished }: { interviewId: string; isPublished: boolean }) {
  const strings = interviews.sharing
  const address = openAddress(interviewId)
  return (
    <div className="grid gap-2">
      <TextField
        label={strings.link}
        readOnly
        value={address}
        hint={isPublished ? undefined : strings.linkAfterPublishing}
        onFocus={(event) => event.target.select()}
        className="font-mono text-sm"
      />
      <div>
        <CopyButton text={address} label={strings.copyLink} />
      </div>
    </div>
  )
}
