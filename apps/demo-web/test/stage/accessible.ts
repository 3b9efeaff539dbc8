import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const FRAMES_WITHIN_MS = 5000
const SCHEMES = ['light', 'dark'] as const

/** Checks a page as it stands against WCAG 2.2 AA, in light and in dark: no violation is let through. */
export async function expectAccessible(page: Page): Promise<void> {
  const violations: string[] = []
  for (const colorScheme of SCHEMES) {
    await showInScheme(page, colorScheme)
    // Legacy mode stays in this page; the other one opens a second tab, which an interview takes note of.
    const { violations: found } = await new AxeBuilder({ page }).withTags(WCAG).setLegacyMode(true).analyze()
    for (const { id, help, nodes } of found) {
      for (const { target, failureSummary } of nodes) {
        violations.push(`${colorScheme}: ${id} at ${target.join(' ')}: ${help}. ${failureSummary ?? ''}`)
      }
    }
  }
  await page.emulateMedia({ colorScheme: null })
  if (violations.length > 0) throw new Error(`${page.url()} is not accessible:\n${violations.join('\n')}`)
}

/** Shows the page in light or in dark, and takes colours to the end of their change: halfway they contrast less. */
export async function showInScheme(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await page.evaluate(async (mostWaitMs) => {
    // What follows the size of the page follows it with the next frame. Nobody promises that one is drawn, though.
    const frames = new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    await Promise.race([frames, new Promise((resolve) => setTimeout(resolve, mostWaitMs))])
    // Ended rather than waited for, which is one more wait for frames. The end of one may begin others, below it.
    for (let depth = 0; depth < 50; depth += 1) {
      const transitions = document.getAnimations().filter((animation) => animation instanceof CSSTransition)
      if (transitions.length === 0) return
      for (const transition of transitions) transition.finish()
    }
  }, FRAMES_WITHIN_MS)
}
