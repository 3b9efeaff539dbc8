import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findQuote, toQuotable } from './find-quote.ts'

const find = (answer: string, quote: string) => findQuote(toQuotable(answer), quote)
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 })

describe('findQuote', () => {
  test('finds every passage of an answer, and gives it back as it was written', () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.nat(), (answer, one, other) => {
        const parts = [...graphemes.segment(answer)].map(({ segment }) => segment)
        const from = one % parts.length
        const to = from + 1 + (other % (parts.length - from))
        const passage = parts.slice(from, to).join('')
        // A passage may be cut out so that its edges join differently; then it is another passage.
        fc.pre(passage.trim() !== '')
        fc.pre([...graphemes.segment(passage.trim())].every(({ segment }) => parts.includes(segment)))
        const found = find(answer, passage)
        expect(found).not.toBeNull()
        expect(answer.slice(found?.start, (found?.start ?? 0) + (found?.text.length ?? 0))).toBe(found?.text)
        expect(toQuotable(found?.text ?? '').normal).toBe(toQuotable(passage.trim()).normal)
      }),
    )
  })

  test('whatever it finds is in the answer, word for word', () => {
    fc.assert(
      fc.property(text, text, (answer, quote) => {
        const found = find(answer, quote)
        if (found === null) return
        expect(answer.slice(found.start, found.start + found.text.length)).toBe(found.text)
        const plain = (value: string) => value.normalize('NFC').replace(/\s+/g, ' ').trim()
        expect(plain(found.text)).toBe(plain(quote))
      }),
    )
  })

  test('never finds what nobody said', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-m .,]{0,60}$/),
        fc.stringMatching(/^[a-m ]{0,5}[n-z][a-z ]{0,10}$/),
        (answer, quote) => {
          expect(find(answer, quote)).toBeNull()
        },
      ),
    )
  })

  test('white space counts as one space, however it is made up', () => {
    expect(find('We  kept\r\n\tit   simple.', 'kept it simple')).toEqual({
      text: 'kept\r\n\tit   simple',
      start: 4,
    })
    expect(find('one two', 'one\n two')).toEqual({ text: 'one two', start: 0 })
    expect(find('onetwo', 'one two')).toBeNull()
  })

  test('composed and decomposed characters are the same', () => {
    expect(find('Wir prüfen es', 'pru\u0308fen')).toEqual({ text: 'prüfen', start: 4 })
    expect(find('Wir pru\u0308fen es', 'prüfen es')).toEqual({ text: 'pru\u0308fen es', start: 4 })
  })

  test('letter case, punctuation and dashes are not', () => {
    expect(find('I did it.', 'i did it')).toBeNull()
    expect(find("I didn't", 'I didn’t')).toBeNull()
    expect(find('well-known', 'well–known')).toBeNull()
    expect(find('full width', 'ｆull width')).toBeNull()
  })

  test('half a character is not a quote', () => {
    expect(find('cafe\u0301', 'cafe')).toBeNull()
    expect(find('👩‍🔧 works', '👩')).toBeNull()
    expect(find('👩‍🔧 works', '🔧 works')).toBeNull()
    expect(find('👩‍🔧 works', '👩‍🔧 works')).toEqual({ text: '👩‍🔧 works', start: 0 })
  })

  test('nothing is not a quote', () => {
    expect(find('an answer', '')).toBeNull()
    expect(find('an answer', ' \n ')).toBeNull()
    expect(find('', 'an answer')).toBeNull()
  })

  test('starts are counted in UTF-16 code units', () => {
    expect(find('🙂🙂 yes', 'yes')).toEqual({ text: 'yes', start: 5 })
  })
})
