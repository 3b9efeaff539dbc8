import type { BrowserContext, ConsoleMessage, Page } from 'playwright-core'
import type { Browsers, ContextOptions, Device } from './browsers.ts'

/** Somebody at a browser of their own: cookies and storage are shared with nobody. */
export interface Person extends AsyncDisposable {
  readonly page: Page
  readonly context: BrowserContext
  /**
   * Announces complaints that belong to what is tested, before or after they come: the failed requests of a server that
   * is stopped, for example. All others make the disposal throw.
   */
  expectErrors(pattern: RegExp): void
  /** What went wrong in the browser so far and was not announced. */
  complaints(): readonly string[]
}

/** How long a busy machine may take for one step of a person. */
const PATIENCE_MS = 60_000

/** How a person, or their browser, differs from the usual. */
export interface PersonOptions extends Omit<ContextOptions, 'baseURL'> {
  /** Devices that this person refuses to every page. */
  refuses?: readonly Device[]
  /** Their tabs hide each other. Other options are not for them, and addresses are given in full. */
  realTabs?: true
}

/**
 * Opens a browser for somebody, with a fake camera and a fake microphone that they allow unless they refuse. Errors in the
 * console, errors that nobody caught, requests that failed and violations of the Content-Security-Policy are kept;
 * disposal throws if any of them was not announced.
 */
export async function newPerson(
  browsers: Browsers,
  baseURL: string,
  { refuses = [], realTabs, ...rest }: PersonOptions = {},
): Promise<Person> {
  const options = { viewport: { width: 1280, height: 800 }, ...rest, baseURL }
  const context = await (realTabs
    ? browsers.withRealTabs()
    : refuses.length > 0
      ? browsers.refusing(refuses, options)
      : browsers.shared(options))
  context.setDefaultTimeout(PATIENCE_MS)
  const heard = await listen(context)
  const announced: RegExp[] = []
  const page = await context.newPage()
  const complaints = (): readonly string[] =>
    heard.filter((complaint) => !announced.some((pattern) => pattern.test(complaint)))
  return {
    page,
    context,
    expectErrors: (pattern) => announced.push(pattern),
    complaints,
    async [Symbol.asyncDispose]() {
      await settled(context)
      const left = [...complaints()]
      await context.close()
      if (left.length > 0) throw new Error(`the browser complained:\n${left.join('\n')}`)
    },
  }
}

/** @returns what will have gone wrong in any page of the context */
async function listen(context: BrowserContext): Promise<readonly string[]> {
  const heard: string[] = []
  context.on('console', (message) => {
    if (message.type() === 'error') heard.push(`console: ${textOf(message)}`)
  })
  context.on('weberror', (error) => {
    const { message, stack } = error.error()
    heard.push(`uncaught: ${stack ?? message}`)
  })
  context.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? 'failed'
    // Left behind by a navigation or given up by the app itself, which is no fault.
    if (reason !== 'net::ERR_ABORTED') {
      heard.push(`request: ${request.method()} ${request.url()} ${reason}`)
    }
  })
  // The browser also writes most violations to the console, but not each of them.
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
      const from = blockedURI || 'inline'
      reportError(new Error(`policy violated: ${violatedDirective} by ${from} in ${sourceFile}`))
    })
  })
  return heard
}

function textOf(message: ConsoleMessage): string {
  const { url, lineNumber } = message.location()
  return `${message.text()}${url ? ` (${url}:${lineNumber})` : ''}`
}

/** After a round trip to each page nothing that it said before is still on its way. */
async function settled(context: BrowserContext): Promise<void> {
  // A page that is closed or has crashed has nothing more to say.
  await Promise.allSettled(context.pages().map((page) => page.evaluate(() => undefined)))
}
