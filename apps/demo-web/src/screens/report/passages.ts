import type { Quote } from '@viva/client'

/** An answer's text around a quoted passage. */
export interface Passages {
  before: string
  quoted: string
  after: string
}

/**
 * Cuts an answer at a quote; null where the quote is not in it word for word, as after an erasure: then nothing is marked,
 * rather than the wrong words.
 */
export function cutAtQuote(
  text: string,
  { start, text: quoted }: Pick<Quote, 'start' | 'text'>,
): Passages | null {
  const end = start + quoted.length
  if (quoted === '' || text.slice(start, end) !== quoted) return null
  return { before: text.slice(0, start), quoted, after: text.slice(end) }
}
