import { defineConfig, mergeConfig } from 'vitest/config'
import shared from '../../vitest.package.config.ts'

/** The tests here drive a real browser against a real server: before them a Chromium is found and the app is built. */
export default mergeConfig(
  shared,
  defineConfig({
    test: {
      globalSetup: './test/stage/global-setup.ts',
      // A busy machine of two cores runs a browser, a server and a database for each of two files at once.
      testTimeout: 180_000,
      hookTimeout: 180_000,
      expect: { poll: { timeout: 30_000 } },
    },
  }),
)
