/** An answer that can be searched for quotes. */
export interface QuotableText {
  /** As it was received. */
  original: string
  /** Normalised: what quotes are looked up in. */
  normal: string
  /** For each code unit of `normal`, where in `original` its character starts. */
  starts: readonly number[]
  /** For each code unit of `normal`, where in `original` its character ends. */
  ends: readonly number[]
}

const characters = new Intl.Segmenter('und', { granularity: 'grapheme' })

/**
 * Prepares a text for the search. Two differences alone do not count, for neither is visible: how a character is
 * composed (Unicode NFC) and how white space is made up (any run of it is one space). Letter case, punctuation and
 * everything else count: a quote is verbatim or it is none.
 *
 * @see https://unicode.org/reports/tr15/
 */
export function toQuotable(original: string): QuotableText {
  let normal = ''
  const starts: number[] = []
  const ends: number[] = []
  let inSpace = false
  for (const { segment, index } of characters.segment(original)) {
    const isSpace = /^\s+$/.test(segment)
    const end = index + segment.length
    if (isSpace && inSpace) {
      ends[ends.length - 1] = end
      continue
    }
    inSpace = isSpace
    const written = isSpace ? ' ' : segment.normalize('NFC')
    normal += written
    for (let unit = 0; unit < written.length; unit++) {
      starts.push(index)
      ends.push(end)
    }
  }
  return { original, normal, starts, ends }
}

/**
 * Finds a quote in an answer and gives the passage as the candidate wrote it, with where it starts in UTF-16 code units;
 * null where the answer does not hold it, or where nothing is quoted. White space around the quote does not count.
 */
export function findQuote(answer: QuotableText, quote: string): { text: string; start: number } | null {
  const wanted = toQuotable(quote.trim()).normal
  if (wanted === '') return null
  for (let at = answer.normal.indexOf(wanted); at >= 0; at = answer.normal.indexOf(wanted, at + 1)) {
    const start = answer.starts[at]
    const end = answer.ends[at + wanted.length - 1]
    if (start === undefined || end === undefined) return null
    // Whole characters only: the half of a letter with its accent is another letter.
    const beginsWhole = at === 0 || answer.starts[at - 1] !== start
    const after = answer.starts[at + wanted.length]
    if (beginsWhole && (after === undefined || after >= end)) {
      return { text: answer.original.slice(start, end), start }
    }
  }
  return null
}
