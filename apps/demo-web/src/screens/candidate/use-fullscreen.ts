import { useSyncExternalStore } from 'react'

function subscribe(listener: () => void): () => void {
  document.addEventListener('fullscreenchange', listener)
  return () => document.removeEventListener('fullscreenchange', listener)
}

/** Whether this browser lets a page fill the screen; phones often do not. */
export const canFullscreen = () => document.fullscreenEnabled === true

/** Fills the screen. Call it from a click: browsers refuse it otherwise. @returns whether it worked */
export async function enterFullscreen(): Promise<boolean> {
  if (!canFullscreen()) return false
  if (document.fullscreenElement) return true
  try {
    await document.documentElement.requestFullscreen({ navigationUI: 'hide' })
    return true
  } catch {
    return false
  }
}

/** Leaves fullscreen, if it is on. */
export async function leaveFullscreen(): Promise<void> {
  // Somebody may have left it in the same moment.
  if (document.fullscreenElement) await document.exitFullscreen().catch(() => undefined)
}

/** Whether the page fills the screen now. */
export function useIsFullscreen(): boolean {
  return useSyncExternalStore(subscribe, () => document.fullscreenElement !== null)
}
