import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { startLocalServer } from '../stage/local-server.ts'

const run = promisify(execFile)

test('the snippet in the README runs as it stands', async () => {
  await using server = await startLocalServer({
    // What `npm start` serves: the demo, with its log-ins for this machine.
    env: { VIVA_SEED_DEMO: 'true', HOST: '127.0.0.1', VIVA_TRUST_PROXY: '0' },
  })
  const readme = await readFile(new URL('../../../../README.md', import.meta.url), 'utf8')
  const snippet = readme.match(/```ts\n([\s\S]*?)```/)?.[1] ?? ''
  expect(snippet).toContain("from '@viva/client'")
  const source = snippet
    .replace("'http://localhost:3000'", JSON.stringify(server.url))
    .replace("'@viva/client'", JSON.stringify(import.meta.resolve('@viva/client')))
  const folder = await mkdtemp(join(tmpdir(), 'viva-readme-'))
  try {
    const file = join(folder, 'snippet.mts')
    await writeFile(file, source)
    const { stdout } = await run(process.execPath, [file], { timeout: 60_000 })
    expect(stdout).toContain('is a question')
    expect(stdout).toMatch(/state: 'completed'/)
    // As many as the demo's screening has.
    expect(stdout).toMatch(/questions: 3,\s+answers: 3/)
  } finally {
    await rm(folder, { recursive: true })
  }
})
