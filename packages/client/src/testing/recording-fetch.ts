import type { Fetch } from '../http.ts'

/** A fetch that remembers what was called. */
export interface RecordingFetch {
  fetch: Fetch
  /** How often the procedure at `path` was called. */
  count(path: string): number
  /** The init of each call of `path`, in order. */
  inits(path: string): readonly RequestInit[]
}

/** @param around changes what happens; the real fetch is its last argument */
export function recordingFetch(
  around: (url: string, init: RequestInit, next: Fetch) => Promise<Response> = (url, init, next) =>
    next(url, init),
): RecordingFetch {
  const calls: { path: string; init: RequestInit }[] = []
  return {
    fetch(url, init) {
      calls.push({ path: new URL(url).pathname.replace(/^\/trpc\//, ''), init })
      return around(url, init, (target, request) => globalThis.fetch(target, request))
    },
    count: (path) => calls.filter((call) => call.path === path).length,
    inits: (path) => calls.filter((call) => call.path === path).map(({ init }) => init),
  }
}

/** A fetch with the cookies of a browser, for one server. */
export function cookieFetch(): RecordingFetch & { cookies: ReadonlyMap<string, string> } {
  const cookies = new Map<string, string>()
  const recording = recordingFetch(async (url, init, next) => {
    const headers = new Headers(init.headers)
    if (init.credentials === 'include') {
      headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    }
    const response = await next(url, { ...init, headers })
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = cookie.split('; ')
      const [name = '', value = ''] = pair.split('=')
      if (attributes.includes('Max-Age=0')) cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  })
  return { ...recording, cookies }
}
