import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { showInScheme } from './accessible.ts'

const FOLDER = resolve(import.meta.dirname, '../../screenshots')
/** A small phone, and a laptop. */
const WIDTHS = [360, 1280] as const
const HEIGHT = 800

/** Writes pictures of the whole page, at two widths in both themes, into a folder that git ignores, to be looked at. */
export async function takeScreenshots(page: Page, name: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true })
  const before = page.viewportSize()
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT })
    for (const scheme of ['light', 'dark'] as const) {
      await showInScheme(page, scheme)
      await page.screenshot({ path: join(FOLDER, `${name}-${width}-${scheme}.png`), fullPage: true })
    }
  }
  await page.emulateMedia({ colorScheme: null })
  if (before) await page.setViewportSize(before)
}
