import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core'
import { inject, vi } from 'vitest'
import { isRoot } from './chromium.ts'
import { freePort } from './server-process.ts'
import { WITHIN } from './sitting.ts'

/** What a person may ask of a browser. */
export type ContextOptions = Omit<BrowserContextOptions, 'bypassCSP' | 'permissions'>

/** What a page may ask a person for. */
export type Device = 'camera' | 'microphone'

/** The browsers of a stage: one that people share without seeing each other, and more where someone needs their own. */
export interface Browsers extends AsyncDisposable {
  /** A context in the shared browser, where every camera, microphone and screen is fake and allowed. */
  shared(options: ContextOptions): Promise<BrowserContext>
  /** The same where some devices are refused, as by a click on "Block". Screens cannot be shared here. */
  refusing(devices: readonly Device[], options: ContextOptions): Promise<BrowserContext>
  /**
   * A browser of a person's own whose tabs hide each other, as real ones do; Playwright has every page believe that it is
   * in front. Such a context takes no options, so addresses are given in full.
   */
  withRealTabs(): Promise<BrowserContext>
}

const DEVICES: readonly Device[] = ['camera', 'microphone']
const CLIPBOARD = ['clipboard-read', 'clipboard-write']
const ALLOWED_UNASKED = '--use-fake-ui-for-media-stream'

/** Starts the shared browser. */
export async function openBrowsers(): Promise<Browsers> {
  const own: Browser[] = []
  const open = async (...args: string[]): Promise<Browser> => {
    const browser = await launch(args)
    own.push(browser)
    return browser
  }
  const browser = await open(ALLOWED_UNASKED)
  return {
    shared: (options) => browser.newContext({ ...options, permissions: [...DEVICES, ...CLIPBOARD] }),
    async refusing(devices, options) {
      const permissions = [...DEVICES.filter((device) => !devices.includes(device)), ...CLIPBOARD]
      // The flag that answers every question with yes overrules a refusal, hence another browser.
      return (await open()).newContext({ ...options, permissions })
    },
    async withRealTabs() {
      const port = await freePort()
      await open(ALLOWED_UNASKED, `--remote-debugging-port=${port}`, '--window-size=1280,900')
      await opened(port)
      const connected = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true })
      const [context] = connected.contexts()
      if (context === undefined) throw new Error('the browser has no context of its own')
      await context.grantPermissions(CLIPBOARD)
      return context
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(own.map((each) => each.close()))
    },
  }
}

/** Waits until a browser answers at its port, which it opens a moment after it has started. */
async function opened(port: number): Promise<void> {
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/json/version`)
      .then(({ ok }) => ok)
      .catch(() => false)
  await vi.waitUntil(answers, WITHIN)
}

function launch(args: readonly string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: inject('chromium'),
    headless: true,
    args: [
      ...(isRoot() ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-device-for-media-stream',
      ...args,
    ],
  })
}
