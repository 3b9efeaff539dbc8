import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { buildApp } from './build-app.ts'
import { findChromium } from './chromium.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of the Chromium that the tests use. */
    chromium: string
    /** The folder of the built app, which the servers of the tests serve. */
    webDir: string
  }
}

/**
 * Finds a Chromium, which is installed where there is none, and builds the app, once for all tests of a run. With
 * `VIVA_WEB_DIR` set, the app that was built there is tested instead.
 * @returns removes what was built
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  project.provide('chromium', await findChromium())
  const given = process.env['VIVA_WEB_DIR']
  if (given) {
    project.provide('webDir', given)
    return () => Promise.resolve()
  }
  const folder = await mkdtemp(join(tmpdir(), 'viva-web-'))
  await buildApp(folder)
  project.provide('webDir', folder)
  return () => rm(folder, { recursive: true, force: true })
}
