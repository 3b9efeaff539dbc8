/** What names services to test on as well: without them the tests bring a database of their own and need no Redis. */
const SERVICES = ['TEST_DATABASE_URL', 'TEST_REDIS_URL']

/** The tests that talk to a database or to Redis, as options of Vitest. Browsers talk to neither. */
export const INTEGRATION = ['@viva/evidence', '@viva/demo-web', 'scripts'].map((name) => `--project=!${name}`)

/**
 * The runs of which `npm test` is made: everything on the embedded database, and where the environment names services, the
 * integration tests on those too. Both, because what holds on one database may fail on the other.
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ name: string, env: NodeJS.ProcessEnv, options: string[] }[]}
 */
export function testRuns(env) {
  const named = SERVICES.filter((name) => env[name])
  const embedded = { ...env }
  for (const name of SERVICES) delete embedded[name]
  const runs = [{ name: 'All tests, on the embedded database', env: embedded, options: [] }]
  if (named.length === 0) return runs
  return [...runs, { name: `Integration tests, with ${named.join(' and ')}`, env, options: INTEGRATION }]
}
