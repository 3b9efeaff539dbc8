import { expect, test } from 'vitest'
import { countWords } from './count-words.ts'

test.each([
  ['', 0],
  ['  \n ', 0],
  ['one', 1],
  ["I don't know 3.5 well-known things, sorry!", 7],
  ['Größe über alles – naïve', 4],
  ['- a\n- b', 2],
])('counts the words of %j as an author would', (text, words) => {
  expect(countWords(text)).toBe(words)
})
