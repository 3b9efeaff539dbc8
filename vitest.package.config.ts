import { defineConfig } from 'vitest/config'

/** What the tests of every package share. They start real servers and databases, which takes a while on a busy machine. */
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/consumers/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // What is waited for comes at once, or as late as a busy machine makes it.
    expect: { poll: { timeout: 15_000 } },
  },
})
