import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { type Storage, systemRandom } from '@viva/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDiskStorage } from './storage-disk.ts'

let folder: string
let storage: Storage
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viva-storage-'))
  storage = await createDiskStorage(join(folder, 'media'), systemRandom)
})
afterEach(() => rm(folder, { recursive: true }))

const contentType = 'video/webm'
async function* chunks(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part)
}
async function files(): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  return found.filter((entry) => entry.isFile()).map((entry) => entry.name)
}
const read = async (key: string, range?: { start: number; end: number }) =>
  (await buffer(await storage.read(key, range))).toString()

test('what was written is read back, whole and in parts', async () => {
  await storage.write('a/b/c', chunks('hello ', '', 'world'), { bytes: 11, contentType })
  expect(await read('a/b/c')).toBe('hello world')
  expect(await read('a/b/c', { start: 4, end: 6 })).toBe('o w')
  expect(await storage.size('a/b/c')).toBe(11)
  expect(await files()).toEqual(['c'])
})

test.each([
  ['too few bytes', 12],
  ['too many bytes', 10],
])('%s leave nothing behind', async (_, bytes) => {
  await expect(storage.write('a/b', chunks('hello ', 'world'), { bytes, contentType })).rejects.toThrow('11')
  expect(await storage.size('a/b')).toBeNull()
  expect(await files()).toEqual([])
})

test('a source that fails leaves nothing behind, nor harms what was there', async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('hello ')
    throw new Error('gone')
  }
  await storage.write('a/b', chunks('before'), { bytes: 6, contentType })
  await expect(storage.write('a/b', failing(), { bytes: 11, contentType })).rejects.toThrow('gone')
  expect(await read('a/b')).toBe('before')
  expect(await files()).toEqual(['b'])
})

test('nobody sees part of what is being written', async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>()
  async function* slow(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('hello ')
    await held
    yield Buffer.from('world')
  }
  const writing = storage.write('a/b', slow(), { bytes: 11, contentType })
  await expect.poll(files).toHaveLength(1)
  expect(await storage.size('a/b')).toBeNull()
  await expect(storage.read('a/b')).rejects.toThrow('ENOENT')
  release()
  await writing
  expect(await read('a/b')).toBe('hello world')
})

test('what was deleted is gone, and may be deleted again', async () => {
  await storage.write('a/b', chunks('x'), { bytes: 1, contentType })
  await storage.delete('a/b')
  await storage.delete('a/b')
  expect(await storage.size('a/b')).toBeNull()
})

test.each([
  '../x',
  'a/../../x',
  '/etc/passwd',
  'a//b',
  'a/',
  '',
  '.incoming/x',
  'a/.hidden',
  'a\\..\\b',
  'a\u0000b',
  'a b',
  'ä',
  'a'.repeat(513),
])('the key %j is refused before a file is touched', async (key) => {
  const options = { bytes: 1, contentType }
  await expect(storage.write(key, chunks('x'), options)).rejects.toThrow('not a key')
  await expect(storage.read(key)).rejects.toThrow('not a key')
  await expect(storage.size(key)).rejects.toThrow('not a key')
  await expect(async () => storage.delete(key)).rejects.toThrow('not a key')
  expect(await files()).toEqual([])
})

test('what a crash left half-written a day ago is removed at start, and what is younger is not', async () => {
  const incoming = join(folder, 'media', '.incoming')
  const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000)
  await writeFile(join(incoming, 'old'), 'half')
  await utimes(join(incoming, 'old'), yesterday, yesterday)
  await writeFile(join(incoming, 'young'), 'half')
  await createDiskStorage(join(folder, 'media'), systemRandom)
  await expect(stat(join(incoming, 'old'))).rejects.toThrow('ENOENT')
  expect((await stat(join(incoming, 'young'))).isFile()).toBe(true)
})

test('clients send and fetch through this server', async () => {
  expect(await storage.presignPut('a', { bytes: 1, contentType, expiresInSeconds: 1 })).toBeNull()
  expect(await storage.presignGet('a', { contentType, expiresInSeconds: 1 })).toBeNull()
})

test('other users of the machine do not get at recordings', async () => {
  await storage.write('a/b', chunks('x'), { bytes: 1, contentType })
  expect((await stat(join(folder, 'media'))).mode & 0o077).toBe(0)
})
