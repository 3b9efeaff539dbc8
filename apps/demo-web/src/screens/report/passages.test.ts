import { expect, test } from 'vitest'
import { cutAtQuote } from './passages.ts'

test('a passage is cut out where the quote starts, not where its words come first', () => {
  expect(cutAtQuote('we fixed it, then we fixed it again', { start: 18, text: 'we fixed it' })).toEqual({
    before: 'we fixed it, then ',
    quoted: 'we fixed it',
    after: ' again',
  })
})

test('offsets count UTF-16 code units, as the server’s do', () => {
  expect(cutAtQuote('😀 ok', { start: 3, text: 'ok' })).toEqual({ before: '😀 ', quoted: 'ok', after: '' })
})

test('words that are not there are not marked', () => {
  expect(cutAtQuote('something else', { start: 0, text: 'we fixed it' })).toBeNull()
  expect(cutAtQuote('text', { start: 0, text: '' })).toBeNull()
})
