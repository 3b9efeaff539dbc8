import { startTestApp, type TestApp } from '@viva/api/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { sharesCookiesWith } from './environment.ts'
import { holdSignals } from './testing/hold-signals.ts'
import { startProxy } from './testing/proxy.ts'
import { recordingFetch } from './testing/recording-fetch.ts'
import { type Company, newCompany, quickViva, sitDown } from './testing/stage.ts'

/** Counts its listeners. */
class Target extends EventTarget {
  listeners = 0
  visibilityState = 'visible'
  override addEventListener(...args: Parameters<EventTarget['addEventListener']>): void {
    this.listeners += 1
    super.addEventListener(...args)
  }
  override removeEventListener(...args: Parameters<EventTarget['removeEventListener']>): void {
    this.listeners -= 1
    super.removeEventListener(...args)
  }
}

/** As much of a browser's page as the SDK looks at. */
function openPage(origin = 'https://app.example.com') {
  const page = { window: new Target(), document: new Target(), navigator: { onLine: true } }
  vi.stubGlobal('window', page.window)
  vi.stubGlobal('document', page.document)
  vi.stubGlobal('navigator', page.navigator)
  vi.stubGlobal('location', new URL(origin))
  return page
}
afterEach(() => {
  vi.unstubAllGlobals()
})

let app: TestApp
let company: Company
beforeAll(async () => {
  app = await startTestApp()
  company = await newCompany(app)
})
afterAll(async () => {
  company?.viva.close()
  await app?.close()
})

describe('in a page', () => {
  test('closing leaves no listener and no live connection behind', async () => {
    const page = openPage()
    await using proxy = await startProxy(app.url)
    const viva = quickViva({ url: proxy.url })
    const sessions = [await sitDown(viva, company)]
    const handle = sessions[0]
    handle?.on('*', () => undefined)
    await expect.poll(() => handle?.connection).toBe('open')
    expect(page.window.listeners + page.document.listeners).toBeGreaterThan(0)
    viva.close()
    expect(page.window.listeners + page.document.listeners).toBe(0)
    // Kept alive by fetch for a while, and then gone.
    await expect.poll(() => proxy.open()).toBeLessThanOrEqual(2)
    expect(proxy.seen('pgrade: websocket')).toBe(1)
    expect(handle?.connection).toBe('closed')
  })

  test('a hundred handles that are closed leave as many listeners as none', async () => {
    const page = openPage()
    const viva = quickViva({ url: app.url })
    const before = page.window.listeners + page.document.listeners
    for (let index = 0; index < 100; index += 1) viva.session(crypto.randomUUID()).close()
    expect(page.window.listeners + page.document.listeners).toBe(before)
    viva.close()
  })

  test('what was observed last goes out when the page is hidden, with a request that outlives it', async () => {
    const page = openPage()
    const { fetch, inits } = recordingFetch()
    const viva = quickViva({ url: app.url, fetch })
    const session = await sitDown(viva, company)
    const held = holdSignals()
    await session.signal('tab_hidden')
    expect(held()).toBe(1)
    page.document.visibilityState = 'hidden'
    page.document.dispatchEvent(new Event('visibilitychange'))
    await expect.poll(() => session.pending).toBe(0)
    expect(inits('proctoring.record')[0]).toMatchObject({ keepalive: true })
    viva.close()
  })

  test("the browser's word for the network is believed at once", async () => {
    const page = openPage()
    const viva = quickViva({ url: app.url, retryDelayMs: () => 60_000 })
    const session = await sitDown(viva, company)
    session.on('*', () => undefined)
    await expect.poll(() => session.connection).toBe('open')
    page.navigator.onLine = false
    page.window.dispatchEvent(new Event('offline'))
    expect(session.connection).toBe('offline')
    // Long enough for anything that would say otherwise.
    await viva.api.auth.me.query()
    expect(session.connection).toBe('offline')
    page.navigator.onLine = true
    page.window.dispatchEvent(new Event('online'))
    await expect.poll(() => session.connection).toBe('open')
    viva.close()
  })

  test("cookies are for a server on the page's own host alone", () => {
    openPage('https://viva.example.com/room')
    expect(sharesCookiesWith('https://viva.example.com')).toBe(true)
    expect(sharesCookiesWith('https://viva.example.com:8443')).toBe(true)
    expect(sharesCookiesWith('https://api.example.com')).toBe(false)
    openPage('http://192.168.0.7:3000')
    expect(sharesCookiesWith('http://192.168.0.7:3000')).toBe(false)
    openPage('http://localhost:5173')
    expect(sharesCookiesWith('http://localhost:3000')).toBe(true)
    vi.unstubAllGlobals()
    expect(sharesCookiesWith('https://viva.example.com')).toBe(false)
  })
})
