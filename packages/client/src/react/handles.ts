import type { SessionHandle } from '../session.ts'
import type { MonitorFeed, Viva } from '../viva.ts'
import { createHeld } from './held.ts'
import { useViva } from './provider.ts'
import { oncePer, type Source, useSource } from './source.ts'

/**
 * The handle of a session of the signed-in user, one for all components. Closed once the last that uses it is gone and
 * what the candidate has sent is on the server; after another sign-in there is a new one.
 *
 * @example
 * const session = useSession(sessionId)
 * const { state } = useSessionState(session)
 */
export function useSession(sessionId: string): SessionHandle {
  const { sessions } = heldOf(useViva())
  return useSource(sessions(sessionId))
}

/**
 * The live log of a session for a member of its company, one for all components. Closed once the last that uses it is
 * gone; after another sign-in there is a new one.
 *
 * @example
 * const feed = useMonitor({ companyId, sessionId })
 * const events = useEvents(feed)
 */
export function useMonitor({ companyId, sessionId }: { companyId: string; sessionId: string }): MonitorFeed {
  const { monitors } = heldOf(useViva())
  return useSource(monitors(companyId, sessionId))
}

const heldOf = oncePer((viva: Viva) => ({
  sessions: onePerKey((sessionId) => heldSession(viva, sessionId)),
  monitors: onePerKey((companyId, sessionId) => heldMonitor(viva, companyId, sessionId)),
}))

function onePerKey<Handle>(
  make: (...key: [string, string]) => Source<Handle>,
): (...key: [string, string?]) => Source<Handle> {
  const sources = new Map<string, Source<Handle>>()
  return (first, second = '') => {
    const key = `${first}/${second}`
    const source = sources.get(key) ?? make(first, second)
    sources.set(key, source)
    return source
  }
}

function heldSession(viva: Viva, sessionId: string): Source<SessionHandle> {
  return createHeld(viva, {
    // Signing out has closed it, and there is none to be had before somebody signs in.
    open: (current) => (current !== null && viva.user === null ? current : viva.session(sessionId)),
    finish: (session, signal) => session.flush({ signal }),
    close: (session) => session.close(),
  })
}

function heldMonitor(viva: Viva, companyId: string, sessionId: string): Source<MonitorFeed> {
  /** Whose it is; null before anybody is known to be signed in, undefined once they have signed out. */
  let userId: string | null | undefined = null
  return createHeld<MonitorFeed>(viva, {
    open(current) {
      const now = viva.user?.id ?? null
      const isSame = current !== null && (now === null || userId === null || userId === now)
      if (now !== null || current === null) userId = now
      else if (userId !== null) userId = undefined
      if (isSame) return current
      current?.close()
      return viva.monitor({ companyId, sessionId })
    },
    close: (feed) => feed.close(),
  })
}
