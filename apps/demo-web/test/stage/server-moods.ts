import type { VivaErrorCode } from '@viva/client'
import type { Page, Route } from 'playwright-core'
import type { Person } from './person.ts'

/** What screens ask for. Who one is and where one belongs is known before. */
export const QUESTIONS = /\/trpc\/(?!auth\.)/

const SPENT = { usedTokens: 1, capTokens: 1, resetsAt: new Date(0).toISOString() }
/** How the server says that something cannot be had now: by its code, as tRPC numbers it, and by HTTP's. */
const REFUSALS = {
  OVERLOADED: { status: 503, code: -32008, trpc: 'SERVICE_UNAVAILABLE', details: { retryAfterSeconds: 0 } },
  INTERNAL: { status: 500, code: -32603, trpc: 'INTERNAL_SERVER_ERROR', details: {} },
  AI_BUDGET_EXCEEDED: { status: 429, code: -32029, trpc: 'TOO_MANY_REQUESTS', details: SPENT },
} as const satisfies Partial<Record<VivaErrorCode, object>>

/** From now on, keeps what a page asks for waiting. @returns lets all of it through, and what comes later */
export async function holdAnswers(page: Page, asked: RegExp | string): Promise<() => Promise<void>> {
  const held: Route[] = []
  let isHeld = true
  await page.route(asked, (route) => {
    if (!isHeld) return route.fallback()
    held.push(route)
    return undefined
  })
  return async () => {
    isHeld = false
    await Promise.all(held.map((route) => route.continue()))
  }
}

/** From the next navigation on, keeps what comes over a page's live connections waiting. @returns lets all of it through */
export async function holdEvents(page: Page): Promise<() => void> {
  const held: (() => void)[] = []
  let isHeld = true
  await page.routeWebSocket(/./, (socket) => {
    socket.connectToServer().onMessage((message) => {
      if (isHeld) held.push(() => socket.send(message))
      else socket.send(message)
    })
  })
  return () => {
    isHeld = false
    for (const send of held) send()
  }
}

/**
 * From now on, refuses what somebody's page asks for. Too much to do is what the app tries again by itself before it says
 * so; what went wrong in the server it says at once. @returns ends that
 */
export async function refuseAnswers(
  person: Person,
  asked: RegExp | string,
  refusal: keyof typeof REFUSALS,
): Promise<() => void> {
  const { status, code, trpc, details } = REFUSALS[refusal]
  person.expectErrors(new RegExp(`status of ${status}`))
  const message = 'Not now, says the server.'
  const app = { code: refusal, message, requestId: 'request-of-a-test', details }
  const json = { error: { code, message, data: { code: trpc, httpStatus: status, app } } }
  let isRefusing = true
  await person.page.route(asked, (route) => (isRefusing ? route.fulfill({ status, json }) : route.fallback()))
  // The route stays: without one, the browser itself answers what is half refused.
  return () => {
    isRefusing = false
  }
}
