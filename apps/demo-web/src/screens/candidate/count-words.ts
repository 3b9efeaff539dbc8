/** Letters and digits, with what joins them inside a word: "don't", "well-known", "3.5". */
const WORD = /[\p{L}\p{N}\p{M}]+(?:['’.,-][\p{L}\p{N}\p{M}]+)*/gu

/** How many words a text has, as an author would count them. */
export function countWords(text: string): number {
  return text.match(WORD)?.length ?? 0
}
