import type { MonitorFeed, SessionEvent } from '@viva/client'
import { useEffect, useState } from 'react'
import { monitor as strings } from '#strings/monitor.ts'
import { describeEvent } from '../../events/describe-event.ts'
import { formatTime } from '../../ui/format.ts'

/** Strikes that are older than this, in ms, when they arrive are history: what was there when the page was opened. */
const FRESH_MS = 10_000

/** The newest strike in words, once for each that comes while the page is open: to be read out. */
export function useStrikeCall(feed: MonitorFeed, events: readonly SessionEvent[], candidate: string): string {
  const [call, setCall] = useState('')
  const strike = events.findLast(({ type }) => type === 'strike.issued')
  useEffect(() => {
    if (!strike || feed.serverNow().getTime() - Date.parse(strike.at) > FRESH_MS) return
    const { title, detail = '' } = describeEvent(strike)
    // With its time: the same words once more would not be read out.
    setCall(`${formatTime(strike.at)} ${strings.strikeNow(candidate, title, detail)}`)
  }, [strike, feed, candidate])
  return call
}
