import { useEffect, useRef } from 'react'

/** Sent this long before the end, in ms: on a slow line it still has to get there. */
const AHEAD_MS = 4000
/** Timers of a hidden page are slowed down, so the clock is looked at anew. */
const LOOK_MS = 1000

/**
 * Sends what is written by itself right before the whole interview's time is over: afterwards the server takes nothing,
 * and words that stand there were meant to be read.
 */
export function useLastWords({
  endsAt,
  serverNow,
  words,
  send,
}: {
  endsAt: string
  serverNow: () => Date
  words: string
  send: (words: string) => void
}): void {
  const latest = useRef({ words, send, serverNow })
  useEffect(() => {
    latest.current = { words, send, serverNow }
  })
  useEffect(() => {
    const timer = setInterval(() => {
      const now = latest.current
      if (Date.parse(endsAt) - now.serverNow().getTime() > AHEAD_MS) return
      clearInterval(timer)
      if (now.words !== '') now.send(now.words)
    }, LOOK_MS)
    return () => clearInterval(timer)
  }, [endsAt])
}
