import { mergeConfig } from 'vitest/config'
import shared from '../../vitest.package.config.ts'

/** The tests of the React binding are written in JSX; and a second, the default, is little for a poll on a busy machine. */
export default mergeConfig(shared, {
  test: { include: ['**/*.test.tsx'], expect: { poll: { timeout: 10_000 } } },
})
