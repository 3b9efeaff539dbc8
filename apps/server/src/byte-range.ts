/** A part of a file, both ends inclusive. */
export interface ByteRange {
  start: number
  end: number
}

/**
 * What a Range header asks for of a file of `size` bytes (RFC 9110 §14.2): one part, nothing that the file has
 * (`unsatisfiable`, answered with 416), or null for the whole. Several parts at once and what is not well-formed also
 * get the whole, as the RFC allows: many small parts of one file serve attacks more than players.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const [, first = '', last = ''] = /^\s*bytes\s*=\s*(\d*)-(\d*)\s*$/i.exec(header ?? '') ?? []
  if (first === '' && last === '') return null
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 }
  }
  const start = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (last !== '' && Number(last) < start) return null
  return start >= size ? 'unsatisfiable' : { start, end }
}
