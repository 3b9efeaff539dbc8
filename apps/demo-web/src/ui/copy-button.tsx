import { Copy } from 'lucide-react'
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
  const [said, setSaid] = useState('')
  const copy = async () => {
    try {
      // Absent on pages without https, which a server in one's own network may be.
      await navigator.clipboard.writeText(text)
      setSaid(common.copied)
    } catch {
      setSaid(common.notCopied)
    }
  }
  return (
    <Button aria-label={said || label} onClick={() => void copy()} onBlur={() => setSaid('')}>
      <Copy aria-hidden className="size-4" />
      <span aria-live="polite">{said || caption}</span>
    </Button>
  )
}
