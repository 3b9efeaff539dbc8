import { useRef, useState } from 'react'

/** One call at a time that somebody has asked for. */
export interface Call {
  isPending: boolean
  /** Why the last one failed; null otherwise. */
  error: unknown
  call: () => void
  /** Gives it up: what it set off on the server is not taken back. */
  cancel: () => void
}

/**
 * A call to the server behind a button, which may take as long as there is no connection. Not a mutation of TanStack Query,
 * which a candidate would have to load for this alone.
 */
export function useCall(work: (signal: AbortSignal) => Promise<unknown>): Call {
  const current = useRef<AbortController | null>(null)
  const [isPending, setPending] = useState(false)
  const [error, setError] = useState<unknown>(null)
  function cancel() {
    current.current?.abort()
    current.current = null
    setPending(false)
    setError(null)
  }
  async function run() {
    cancel()
    const mine = new AbortController()
    current.current = mine
    setPending(true)
    try {
      await work(mine.signal)
    } catch (reason) {
      if (current.current === mine) setError(reason)
    }
    if (current.current === mine) setPending(false)
  }
  return { isPending, error, call: () => void run(), cancel }
}
