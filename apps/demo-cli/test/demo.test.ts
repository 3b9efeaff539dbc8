import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'

const MAIN = resolve(import.meta.dirname, '../src/main.ts')

let folder: string
let env: Record<string, string>
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viva-demo-test-'))
  // The server's data goes below this folder, so that a test sees whether it is removed.
  env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', TMPDIR: folder }
})
afterEach(() => rm(folder, { recursive: true, force: true }))

interface Played {
  code: number | null
  stdout: string
  stderr: string
}

const demo = (...args: string[]): Promise<Played> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], { env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    )
  })

test('the whole interview is played on a server of its own, and its evidence verified', async () => {
  const { code, stdout, stderr } = await demo()
  expect(stderr).toBe('')
  expect(stdout).toMatch(/\nevidence: verified\n$/)
  for (const live of ['reviewer', 'candidate'])
    expect(stdout).toMatch(new RegExp(`^ +${live} +1 +session.created$`, 'm'))
  expect(stdout).toMatch(/^ +Whole +\d+ +2 +2 +[\d.]+ m?s$/m)
  expect(code).toBe(0)
  expect(await readdir(folder)).toEqual([])
})

test('a server that is not there is one clear line and exit code 1', async () => {
  const { code, stdout, stderr } = await demo('--url', 'http://127.0.0.1:9')
  expect(stderr).toMatch(/^demo: The server was not reached.*\(NETWORK\)\n$/)
  expect(stdout).not.toContain('verified\n')
  expect(code).toBe(1)
})

test('something else than a Viva server is one clear line and exit code 1', async () => {
  await using other = await startOther()
  const { code, stderr } = await demo('--url', other.url)
  expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(/^demo: /)])
  expect(code).toBe(1)
})

test('an address that is none is refused with how to call it', async () => {
  const { code, stderr } = await demo('--url', 'somewhere')
  expect(stderr).toMatch(/^demo: somewhere .*npm run demo/)
  expect(code).toBe(1)
})

test('stopped half-way, it takes its server and its data along', async () => {
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
    if (output.includes('Question 1')) child.kill('SIGTERM')
  })
  await ended
  expect(child.exitCode).toBe(1)
  const url = /http:\/\/localhost:\d+/.exec(output)?.[0]
  if (url === undefined) throw new Error(`no address in: ${output}`)
  await expect(fetch(url)).rejects.toThrow()
  expect(await readdir(folder)).toEqual([])
})

test('killed without a chance to clean up, it leaves no server behind', async () => {
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = once(child, 'close')
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
    if (output.includes('Company')) child.kill('SIGKILL')
  })
  await ended
  const url = /http:\/\/localhost:\d+/.exec(output)?.[0]
  if (url === undefined) throw new Error(`no address in: ${output}`)
  // Its channel to the demo is gone, so it stops by itself.
  while (
    await fetch(`${url}/livez`).then(
      () => true,
      () => false,
    )
  )
    await wait(50)
})

/** A web server that knows nothing of interviews. */
async function startOther(): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer((_request, response) => response.end('<h1>Welcome</h1>'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
