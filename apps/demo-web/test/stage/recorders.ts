import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { WITHIN } from './sitting.ts'

declare global {
  /** Those that run, or have something left to hand over, oldest first. */
  var recorders: MediaRecorder[]
}

/** From the next navigation on, keeps account of a page's recorders: what they hold, no page shows. */
export async function watchRecorders(page: Page): Promise<void> {
  await page.addInitScript(() => {
    globalThis.recorders = []
    const { start } = MediaRecorder.prototype
    MediaRecorder.prototype.start = function (timeslice) {
      globalThis.recorders.push(this)
      this.addEventListener('stop', () => {
        globalThis.recorders = globalThis.recorders.filter((other) => other !== this)
      })
      start.call(this, timeslice)
    }
  })
}

/** Waits until the newest recorder holds something: a part that holds nothing is dropped when it ends. */
export async function somethingRecorded(page: Page): Promise<void> {
  const hold = () =>
    page.evaluate(async () => {
      const newest = globalThis.recorders.at(-1)
      if (newest?.state !== 'recording') return 0
      const handedOver = new Promise<number>((resolve) => {
        newest.addEventListener('dataavailable', ({ data }) => resolve(data.size), { once: true })
      })
      newest.requestData()
      return handedOver
    })
  await expect.poll(hold, WITHIN).toBeGreaterThan(0)
}

/** Waits until all that was recorded is handed over to the page. */
export async function allRecorded(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => globalThis.recorders.length), WITHIN).toBe(0)
}
