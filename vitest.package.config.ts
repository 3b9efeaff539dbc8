import { defineConfig } from 'vitest/config'

/**
 * What the tests of every package share. They start real servers and databases on machines that may stand still for
 * seconds, so every patience is far more than the work takes: only what never comes uses it up.
 */
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/consumers/**'],
    testTimeout: 90_000,
    hookTimeout: 120_000,
    // Below the test's own limit, so that a wait in vain says what it waited for.
    expect: { poll: { timeout: 30_000 } },
  },
})
