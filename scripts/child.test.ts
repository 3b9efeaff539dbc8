import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { describe, expect, onTestFinished, test } from 'vitest'

const here = new URL('.', import.meta.url).href

/** Starts a parent that runs the given program as its child, as `run.mjs` does, and reads both outputs line by line. */
function startParent(program: string) {
  const parent = `
    import { runChild } from '${here}child.mjs'
    const args = ['--import', '${here}tether.mjs', '--input-type=module', '-e', ${JSON.stringify(program)}]
    process.exitCode = await runChild(process.execPath, args, { env: process.env, tethered: true })
    console.log('parent goes on')`
  const child = spawn(process.execPath, ['--input-type=module', '-e', parent], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: string[] = []
  const reader = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  return { child, lines, line: async () => (await once(reader, 'line'))[0], closed: once(reader, 'close') }
}

const exitOf = async (child: ChildProcess) => child.exitCode ?? (await once(child, 'exit'))[0]

/** Counts the signals it gets and, as a draining server does, ends with 0 a little later. */
const drainingServer = `
  let signals = 0
  const drain = signal => { if (++signals === 1) setTimeout(() => { console.log(signal, signals); process.exit(0) }, 300) }
  process.on('SIGINT', drain).on('SIGTERM', drain)
  setInterval(() => {}, 1000)
  console.log('ready', process.pid)`

describe('a child that serves', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'hears copies of one %s once and ends as it likes',
    async (signal) => {
      const { child, lines, line, closed } = startParent(drainingServer)
      await line()
      child.kill(signal)
      child.kill(signal)
      expect(await exitOf(child)).toBe(0)
      await closed
      expect(lines.slice(1)).toEqual([`${signal} 1`])
    },
  )

  test('stops in order when its parent is killed outright', async () => {
    const { child, line, lines, closed } = startParent(drainingServer)
    await line()
    child.kill('SIGKILL')
    await closed
    expect(lines.at(-1)).toBe('SIGTERM 1')
  })
})

test("the child's exit code is passed on, and what follows runs", async () => {
  const { child, lines, closed } = startParent('process.exit(7)')
  expect(await exitOf(child)).toBe(7)
  await closed
  expect(lines).toEqual(['parent goes on'])
})

test('a child ended by a signal counts as a failure', async () => {
  const { child } = startParent("process.kill(process.pid, 'SIGKILL')")
  expect(await exitOf(child)).toBe(137)
})

test.each([
  [0, ''],
  [3, 'the output\n'],
])('a quiet step that exits with %d shows: %j', async (code, shown) => {
  const script = `console.log('the output'); process.exit(${code})`
  const parent = `
    import { runQuietly } from '${here}child.mjs'
    process.exitCode = await runQuietly('A label', process.execPath, ['-e', ${JSON.stringify(script)}], { env: process.env })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', parent])
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  await once(child, 'close')
  expect([child.exitCode, output]).toEqual([code, shown])
})
