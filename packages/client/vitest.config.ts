import { mergeConfig } from 'vitest/config'
import shared from '../../vitest.package.config.ts'

/** The tests of the React binding are written in JSX. */
export default mergeConfig(shared, { test: { include: ['**/*.test.tsx'] } })
