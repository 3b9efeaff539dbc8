import type { Page } from 'playwright-core'

/** How far away the server seems, in ms: so that each screen shows what it shows while it waits. */
const AWAY_MS = 80

/** From the next navigation on, keeps count of how much the page's content jumps, on a connection of some length. */
export async function watchLayout(page: Page): Promise<void> {
  const devTools = await page.context().newCDPSession(page)
  await devTools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: AWAY_MS,
    downloadThroughput: -1,
    uploadThroughput: -1,
  })
  await page.addInitScript(() => {
    const shifts: { value: number; what: string }[] = []
    Reflect.set(globalThis, 'layoutShifts', shifts)
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        // What follows a click or a key within half a second is what was asked for.
        if (Reflect.get(entry, 'hadRecentInput') === true) continue
        const sources: { node?: Element | null }[] = Reflect.get(entry, 'sources') ?? []
        const what = sources.map(({ node }) => node?.outerHTML?.slice(0, 100) ?? 'something gone').join(' | ')
        shifts.push({ value: Number(Reflect.get(entry, 'value')), what })
      }
    }).observe({ type: 'layout-shift', buffered: true })
  })
}

/** What has jumped since the last navigation, with the cumulative layout shift (https://web.dev/articles/cls). */
export function layoutShift(page: Page): Promise<{ sum: number; moved: string[] }> {
  return page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    const shifts: { value: number; what: string }[] = Reflect.get(globalThis, 'layoutShifts')
    return {
      sum: shifts.reduce((sum, { value }) => sum + value, 0),
      moved: shifts.map(({ value, what }) => `${value.toFixed(4)}: ${what}`),
    }
  })
}
