import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { common } from '#strings/common.ts'
import { Button } from './button.tsx'

/** Copies `text`, and says so to eyes and ears. `label` names what is copied, and should begin with the `caption`. */
export function CopyButton({
  text,
  label,
  caption = common.copy,
}: {
  text: string
  label: string
  caption?: string
}) {
  const [isCopied, setCopied] = useState(false)
  return (
    <Button
      aria-label={isCopied ? common.copied : label}
      onClick={() => {
        navigator.clipboard.writeText(text).then(
          () => setCopied(true),
          // Not allowed here: the text stands beside the button, to be selected.
          () => setCopied(false),
        )
      }}
      onBlur={() => setCopied(false)}
    >
      {isCopied ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
      <span aria-live="polite">{isCopied ? common.copied : caption}</span>
    </Button>
  )
}
