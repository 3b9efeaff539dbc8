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
  isOn,
  endsAt,
  serverNow,
  words,
  send,
}: {
  /** Of several tabs that hold the same words, one sends them. */
  isOn: boolean
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
    if (!isOn) return
    const look = () => {
      const { words, send, serverNow } = latest.current
      const left = Date.parse(endsAt) - serverNow().getTime()
      // Nothing may stand there yet: whoever begins this late is still heard.
      if (words === '' || left > AHEAD_MS || left < 0) return
      leave()
      send(words)
    }
    const leave = () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
    }
    const timer = setInterval(look, LOOK_MS)
    // A page that was hidden for long may have slept through its turn.
    document.addEventListener('visibilitychange', look)
    return leave
  }, [endsAt, isOn])
}
