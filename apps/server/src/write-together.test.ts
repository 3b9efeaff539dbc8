import { Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createWriteTogether } from './write-together.ts'

/** A stream that keeps each write that reaches the system. */
function recorder() {
  const writes: string[] = []
  const stream = new Writable({
    writev(chunks, done) {
      writes.push(chunks.map(({ chunk }) => String(chunk)).join(''))
      done()
    },
  })
  return { writes, stream }
}

test('what one turn writes to a socket goes out whole, in order, after the turn', async () => {
  const { writes, stream } = recorder()
  const writeTogether = createWriteTogether()
  for (const text of ['a', 'b', 'c']) {
    writeTogether(stream)
    stream.write(text)
    await Promise.resolve()
  }
  expect(writes).toEqual([])
  await setImmediate()
  expect(writes).toEqual(['abc'])
  writeTogether(stream)
  stream.write('d')
  await setImmediate()
  expect(writes).toEqual(['abc', 'd'])
})

test('a socket that ends or breaks in the same turn loses nothing it could send, and holds nobody else up', async () => {
  const [ended, broken, well] = [recorder(), recorder(), recorder()]
  const writeTogether = createWriteTogether()
  for (const { stream } of [ended, broken, well]) {
    writeTogether(stream)
    stream.write('x')
  }
  ended.stream.end('y')
  broken.stream.destroy()
  await setImmediate()
  expect(ended.writes.join('')).toBe('xy')
  expect(broken.writes).toEqual([])
  expect(well.writes).toEqual(['x'])
})
