import { expect, test } from 'vitest'
import { INTEGRATION, testRuns } from './test-runs.mjs'

const database = 'postgres://postgres@127.0.0.1:5432/test'
const redis = 'redis://127.0.0.1:6379'

test('without services everything runs once, on the embedded database', () => {
  for (const env of [{ PATH: '/bin' }, { PATH: '/bin', TEST_DATABASE_URL: '', TEST_REDIS_URL: '' }]) {
    expect(testRuns(env)).toMatchObject([{ env: { PATH: '/bin' }, options: [] }])
  }
})

test.each([
  { TEST_DATABASE_URL: database },
  { TEST_REDIS_URL: redis },
  { TEST_DATABASE_URL: database, TEST_REDIS_URL: redis },
])(
  'with %o everything runs on the embedded database, and the integration tests on the services too',
  (services) => {
    const env = { PATH: '/bin', ...services }
    const [all, integration, ...others] = testRuns(env)
    expect(all).toMatchObject({ env: { PATH: '/bin' }, options: [] })
    expect(Object.keys(all?.env ?? {})).toEqual(['PATH'])
    expect(integration).toMatchObject({ env, options: INTEGRATION })
    expect(others).toEqual([])
  },
)
