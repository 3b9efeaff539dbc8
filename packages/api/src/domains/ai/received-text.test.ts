import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ReceivedText } from './received-text.ts'

/** Cuts a text into chunks at code units, as a service may. */
const cutText = fc
  .tuple(fc.string({ unit: 'binary', maxLength: 40 }), fc.array(fc.nat(80), { maxLength: 8 }))
  .map(([text, places]) => {
    const cuts = [
      0,
      ...places.map((place) => Math.min(place, text.length)).sort((a, b) => a - b),
      text.length,
    ]
    return { text, chunks: cuts.slice(1).map((cut, index) => text.slice(cuts[index], cut)) }
  })

test('however a text is cut, what is kept is the text without NUL, and can be stored at any moment', () => {
  fc.assert(
    fc.property(cutText, ({ text, chunks }) => {
      const received = new ReceivedText()
      for (const chunk of chunks) {
        const before = received.text
        received.push(chunk)
        expect(received.text.startsWith(before)).toBe(true)
        expect(received.text.isWellFormed()).toBe(true)
      }
      received.end()
      expect(received.text).toBe(text.replaceAll('\u0000', '').toWellFormed())
    }),
  )
})

test('half a character at the end, or alone, becomes the replacement character', () => {
  const received = new ReceivedText()
  received.push('a\ud83d')
  expect(received.text).toBe('a')
  received.push('b\udc00')
  received.push('\ud83d')
  received.end()
  expect(received.text).toBe('a\ufffdb\ufffd\ufffd')
})
