/** What the SDK hears from the page it runs in. Outside browsers: always online, never hidden. */
export interface Environment {
  isOnline(): boolean
  /** @returns takes the listener away */
  onOnline(listener: () => void): () => void
  onOffline(listener: () => void): () => void
  /** The page is hidden or left: the last moment at which anything is sure to be sent. */
  onHide(listener: () => void): () => void
}

/** The environment of this page, or of this process. */
export function detectEnvironment(): Environment {
  const on = (target: EventTarget | undefined, type: string, listener: () => void): (() => void) => {
    target?.addEventListener(type, listener)
    return () => target?.removeEventListener(type, listener)
  }
  const page = typeof document === 'undefined' ? undefined : document
  const view = page === undefined ? undefined : globalThis.window
  return {
    isOnline: () => page === undefined || globalThis.navigator.onLine !== false,
    onOnline: (listener) => on(view, 'online', listener),
    onOffline: (listener) => on(view, 'offline', listener),
    onHide(listener) {
      const whenHidden = () => {
        if (page?.visibilityState === 'hidden') listener()
      }
      const offs = [on(view, 'pagehide', listener), on(page, 'visibilitychange', whenHidden)]
      return () => {
        for (const off of offs) off()
      }
    },
  }
}

/**
 * Whether the browser sends the server's cookies along as its own: one site, and one that may set Secure cookies. Only
 * equal hosts are taken for one site, since which domains belong together is not to be known here.
 */
export function sharesCookiesWith(url: string): boolean {
  if (typeof document === 'undefined' || typeof location === 'undefined') return false
  const { protocol, hostname } = new URL(url)
  const isTrusted = protocol === 'https:' || hostname === 'localhost' || hostname === '127.0.0.1'
  return isTrusted && protocol === location.protocol && hostname === location.hostname
}
