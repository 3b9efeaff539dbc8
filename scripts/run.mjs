// The one entry point of the root commands: `npm start`, `npm test`, `npm run demo`, `pnpm lint` and the rest.
//
// A fresh machine has git, npm and some Node from 20 on, while Viva itself needs Node 24 and pnpm. So this file
// is plain JavaScript without dependencies: it brings the dependencies in when they are missing or out of date,
// and then runs the task with the Node 24 and the tools that came with them.
import { rmSync } from 'node:fs'
import { runChild, runQuietly } from './child.mjs'
import { ensureInstalled, root } from './install.mjs'
import { readTestCounts } from './test-counts.mjs'
import { INTEGRATION, testRuns } from './test-runs.mjs'

const OLDEST_NODE = 20
const TEST_REPORT = `${root}/node_modules/.viva-tests.json`
const LINTERS = ['lint:biome', 'lint:imports', 'lint:knip', 'lint:versions']

/** @typedef {{ env: NodeJS.ProcessEnv, args: string[] }} Context What a task gets: the environment its children run in, and what was typed after its name. */

/**
 * Runs a TypeScript program of ours under Node 24 with this terminal's output.
 * @param {Context} context
 * @param {string[]} command
 */
const program = ({ env, args }, ...command) =>
  runChild('node', ['--import', `${root}/scripts/tether.mjs`, ...command, ...args], { env, tethered: true })

/**
 * Runs tasks of the packages through Turborepo, which skips those whose inputs have not changed.
 * @param {Context} context
 * @param {string} label
 * @param {string[]} tasks
 */
const turbo = ({ env, args }, label, ...tasks) =>
  runQuietly(label, 'turbo', ['run', ...tasks, '--continue', '--output-logs=errors-only', ...args], { env })

/**
 * Runs the tests of all packages in one process and ends with one plain line of counts.
 * @param {Context} context
 * @param {string[]} options
 */
async function vitest(context, ...options) {
  rmSync(TEST_REPORT, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${TEST_REPORT}`]
  const code = await program(
    context,
    `${root}/node_modules/vitest/vitest.mjs`,
    'run',
    ...reporters,
    ...options,
  )
  console.log(readTestCounts(TEST_REPORT))
  return code
}

/**
 * Runs one part of `npm test` and says how it went.
 * @param {string} name
 * @param {() => Promise<number>} part
 */
async function report(name, part) {
  const start = performance.now()
  const code = await part()
  console.log(
    `${name}: ${code === 0 ? 'ok' : 'FAILED'} (${((performance.now() - start) / 1000).toFixed(1)} s)`,
  )
  return code === 0
}

/** @param {Context} context */
const build = (context) => turbo(context, 'Building…', 'build')

/** @param {Context} context */
const lint = (context) => turbo(context, 'Linting…', ...LINTERS)

/** @param {Context} context */
const typecheck = (context) => turbo(context, 'Checking types…', 'typecheck', 'typecheck:root')

/** @type {Record<string, (context: Context) => Promise<number>>} */
const tasks = {
  start: async (context) =>
    (await build({ ...context, args: [] })) || program(context, 'apps/server/src/main.ts'),
  dev: (context) => program(context, 'scripts/dev.ts'),
  demo: (context) => program(context, 'apps/demo-cli/src/main.ts'),
  bench: (context) => program(context, 'bench/src/main.ts'),
  viva: (context) => program(context, 'apps/server/src/cli.ts'),
  build,
  lint,
  typecheck,
  format: ({ env, args }) =>
    runChild('biome', ['check', '--write', ...(args.length > 0 ? args : ['.'])], { env }),
  // Every part runs even when an earlier one failed: one run shows all there is to mend.
  test: async (context) => {
    const plain = { ...context, args: [] }
    const linted = await report('Lint', () => lint(plain))
    const typed = await report('Types', () => typecheck(plain))
    let failed = !(linted && typed)
    for (const { name, env, options } of testRuns(context.env)) {
      console.log(`\n${name}:`)
      if ((await vitest({ ...context, env }, ...options)) !== 0) failed = true
    }
    return failed ? 1 : 0
  },
  // With TEST_DATABASE_URL and TEST_REDIS_URL set, on those alone.
  'test:integration': (context) => vitest(context, ...INTEGRATION),
}

const [name = '', ...args] = process.argv.slice(2)
const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined
if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  console.error(`Viva needs Node ${OLDEST_NODE} or newer to start; this is ${process.version}.`)
  process.exitCode = 1
} else if (task === undefined) {
  console.error(`Unknown task "${name}". There are: ${Object.keys(tasks).join(', ')}.`)
  process.exitCode = 1
} else {
  process.chdir(root)
  process.exitCode = await task({ env: await ensureInstalled(), args })
}
