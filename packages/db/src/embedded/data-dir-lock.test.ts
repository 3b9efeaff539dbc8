import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DataDirLockedError, lockDataDir } from './data-dir-lock.ts'

let dataDir: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'viva-lock-'))
})
afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true })
})

/** A process id that was in use and is not any more. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
  await once(child, 'exit')
  if (child.pid === undefined) throw new Error('the child did not start')
  return child.pid
}

/** The lock of this process, as another process with these particulars would have written it. */
async function plantLock(particulars: Record<string, unknown>): Promise<void> {
  const lock = await lockDataDir(dataDir)
  const own: Record<string, unknown> = JSON.parse(await readFile(join(dataDir, 'lock'), 'utf8'))
  await lock.release()
  await writeFile(join(dataDir, 'lock'), JSON.stringify({ ...own, ...particulars }))
}

test('a folder is locked for one holder, who is named, and free once released', async () => {
  const lock = await lockDataDir(dataDir)
  const second = lockDataDir(dataDir)
  await expect(second).rejects.toBeInstanceOf(DataDirLockedError)
  await expect(second).rejects.toMatchObject({
    code: 'DATA_DIR_LOCKED',
    pid: process.pid,
    message: `The data folder ${dataDir} is in use by process ${process.pid}. Stop that one first, or choose another folder.`,
  })
  await lock.release()
  await (await lockDataDir(dataDir)).release()
  expect(await readdir(dataDir)).toEqual([])
})

test('the lock of a dead process is taken over', async () => {
  await plantLock({ pid: await deadPid() })
  await (await lockDataDir(dataDir)).release()
  expect(await readdir(dataDir)).toEqual([])
})

test.runIf(process.platform === 'linux')(
  'so is one whose process id now belongs to another process',
  async () => {
    await plantLock({ started: 'some-boot:1' })
    await (await lockDataDir(dataDir)).release()
  },
)

test('so is one that cannot be read', async () => {
  await writeFile(join(dataDir, 'lock'), '{"pid":')
  await (await lockDataDir(dataDir)).release()
})

test('so is one on another host that shows no sign of life, and only then', async () => {
  await plantLock({ host: 'elsewhere', pid: 1 })
  await expect(lockDataDir(dataDir)).rejects.toThrow(/in use by process 1 on elsewhere/)
  const longAgo = new Date(Date.now() - 60_000)
  await utimes(join(dataDir, 'lock'), longAgo, longAgo)
  await (await lockDataDir(dataDir)).release()
})

test('of many that find a dead lock at once exactly one takes it', async () => {
  const pid = await deadPid()
  for (let round = 0; round < 20; round++) {
    await plantLock({ pid })
    const attempts = await Promise.allSettled(Array.from({ length: 12 }, () => lockDataDir(dataDir)))
    const held = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []))
    expect(held).toHaveLength(1)
    for (const attempt of attempts)
      if (attempt.status === 'rejected') expect(attempt.reason).toBeInstanceOf(DataDirLockedError)
    await held[0]?.release()
    expect(await readdir(dataDir)).toEqual([])
  }
})

test('one that died in the middle of a take-over is itself taken over', async () => {
  const pid = await deadPid()
  await plantLock({ pid, nonce: 'first' })
  // The right to replace that lock, held by another one that died.
  await writeFile(join(dataDir, 'lock.first'), await readFile(join(dataDir, 'lock')))
  await (await lockDataDir(dataDir)).release()
  expect(await readdir(dataDir)).toEqual([])
})
