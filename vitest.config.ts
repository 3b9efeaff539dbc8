import { defineConfig } from 'vitest/config'

/** One run over all packages: one pool of workers, one report. */
export default defineConfig({
  test: {
    projects: ['packages/*', 'apps/*', 'bench', 'scripts'],
    // Each worker may hold a database and a server of its own.
    maxWorkers: 2,
  },
})
