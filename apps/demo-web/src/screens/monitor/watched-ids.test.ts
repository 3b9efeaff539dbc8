import { expect, test } from 'vitest'
import { MOST_WATCHED, readWatched, writeWatched } from './watched-ids.ts'

const id = (n: number) => `0190b2a6-1111-7222-8333-44445555666${n}`

test('the sessions to watch are read from an address, each once, and written back the same', () => {
  expect(readWatched(`${id(1)},${id(2)},${id(1)}`)).toEqual([id(1), id(2)])
  expect(readWatched(writeWatched([id(1), id(2)]).ids)).toEqual([id(1), id(2)])
  expect(writeWatched([])).toEqual({})
})

test('what is no id is left out, and so is what does not fit', () => {
  expect(readWatched(undefined)).toEqual([])
  expect(readWatched(`nonsense, ${id(3).toUpperCase()} ,,../x`)).toEqual([id(3)])
  const many = Array.from({ length: 9 }, (_, n) => id(n))
  expect(readWatched(many.join(','))).toEqual(many.slice(0, MOST_WATCHED))
})
