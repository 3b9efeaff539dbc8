import type { JsonObject, SessionHandle, SignalKind } from '@viva/client'
import { useEffect } from 'react'
import { addNotes, readNotes } from './session-notes.ts'

/** A connection that is away for less than this is not worth a word, in ms: tokens are renewed, proxies restart. */
const LOST_AFTER_MS = 3000
/** Within this time after a window loses the focus the page tells that it is hidden, if it is: one act, one signal. */
const BLUR_SETTLES_MS = 250

/**
 * Reports what the page notices, in the tab that may and with the candidate's consent alone. Developer tools are not
 * guessed at: nothing that a page can measure tells them from a narrow window or a slow machine, and a wrong suspicion is
 * worse than none.
 */
export function useSignals(session: SessionHandle, isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return
    const leaving = new AbortController()
    const { signal } = leaving
    const report = (kind: SignalKind, details?: JsonObject) => {
      // Kept and sent by the SDK; what it cannot store it tells of itself.
      session.signal(kind, details).catch(() => undefined)
    }
    watchVisibility(report, signal)
    watchClipboard(report, signal)
    watchScreens(session.id, report, signal)
    watchConnection(session, report, signal)
    return () => leaving.abort()
  }, [session, isOn])
}

type Report = (kind: SignalKind, details?: JsonObject) => void

function watchVisibility(report: Report, signal: AbortSignal): void {
  let isLeaving = false
  let isAway = false
  // Pages are hidden while they are reloaded, too, which is nobody's offence.
  addEventListener('pagehide', () => (isLeaving = true), { signal })
  addEventListener('pageshow', () => (isLeaving = false), { signal })
  document.addEventListener(
    'visibilitychange',
    () => {
      if (isLeaving) return
      report(document.visibilityState === 'hidden' ? 'tab_hidden' : 'tab_visible')
    },
    { signal },
  )
  addEventListener(
    'blur',
    () => {
      setTimeout(() => {
        if (signal.aborted || isLeaving || document.visibilityState === 'hidden' || document.hasFocus())
          return
        isAway = true
        report('focus_lost')
      }, BLUR_SETTLES_MS)
    },
    { signal },
  )
  addEventListener(
    'focus',
    () => {
      if (!isAway) return
      isAway = false
      report('focus_gained')
    },
    { signal },
  )
  let isFull = document.fullscreenElement !== null
  document.addEventListener(
    'fullscreenchange',
    () => {
      const wasFull = isFull
      isFull = document.fullscreenElement !== null
      if (wasFull && !isFull && !isLeaving) report('fullscreen_left')
    },
    { signal },
  )
}

/** Lengths alone: the text is the candidate's until they send it. */
function watchClipboard(report: Report, signal: AbortSignal): void {
  document.addEventListener(
    'paste',
    ({ clipboardData }) => report('paste', { length: clipboardData?.getData('text/plain').length ?? 0 }),
    { signal },
  )
  document.addEventListener('copy', ({ target }) => report('copy', { length: selectedLength(target) }), {
    signal,
  })
}

function selectedLength(target: EventTarget | null): number {
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement) {
    return (target.selectionEnd ?? 0) - (target.selectionStart ?? 0)
  }
  return getSelection()?.toString().length ?? 0
}

/** Known to browsers with window management; elsewhere nothing is said. */
function watchScreens(sessionId: string, report: Report, signal: AbortSignal): void {
  const { screen } = globalThis as { screen: Screen & { isExtended?: boolean } & Partial<EventTarget> }
  // Noted on the device: a screen that is still there after a reload is not another one.
  let wasExtended = readNotes(sessionId).extraScreen === true
  const look = () => {
    const isExtended = screen.isExtended === true
    if (isExtended && !wasExtended) report('extra_screen')
    if (isExtended !== wasExtended) addNotes(sessionId, { extraScreen: isExtended })
    wasExtended = isExtended
  }
  look()
  screen.addEventListener?.('change', look, { signal })
}

function watchConnection(session: SessionHandle, report: Report, signal: AbortSignal): void {
  let lostAt: number | null = null
  let isTold = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const off = session.onConnection((status) => {
    if (status === 'open') {
      clearTimeout(timer)
      if (isTold && lostAt !== null) {
        report('network_regained', { seconds: Math.round((Date.now() - lostAt) / 1000) })
      }
      lostAt = null
      isTold = false
    } else if (lostAt === null && (status === 'offline' || status === 'reconnecting')) {
      lostAt = Date.now()
      timer = setTimeout(() => {
        isTold = true
        report('network_lost')
      }, LOST_AFTER_MS)
    }
  })
  signal.addEventListener('abort', () => {
    off()
    clearTimeout(timer)
  })
}
