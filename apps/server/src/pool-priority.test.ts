import { readFile } from 'node:fs/promises'
import { getPriority } from 'node:os'
import { expect, test } from 'vitest'
import { lowerPoolPriority } from './pool-priority.ts'

test.runIf(process.platform === 'linux')('the thread pool gives way, the event loop does not', async () => {
  await readFile(import.meta.filename)
  const before = getPriority()
  expect(lowerPoolPriority()).toBeGreaterThanOrEqual(1)
  expect(getPriority()).toBe(before)
  // Again: what is lowered already stays as it is.
  expect(lowerPoolPriority()).toBeGreaterThanOrEqual(1)
})
