import { fileTypeFromBuffer } from 'file-type'

/** So many bytes from the start are looked at to tell what something is. */
export const SAMPLE_BYTES = 4100

/** A content type without its parameters, in lower case: `video/webm;codecs=vp9` is a `video/webm`. */
export function essence(contentType: string): string {
  return contentType.replace(/;.*$/s, '').trim().toLowerCase()
}

/**
 * What a type may look like from outside. A container does not say whether it holds pictures or sound alone, and a few
 * types go by more than one name; everything else must be exactly what was announced.
 */
const LOOKS_LIKE: Record<string, readonly string[]> = {
  'audio/webm': ['video/webm'],
  'audio/mp4': ['video/mp4', 'audio/x-m4a'],
  'audio/ogg': ['application/ogg'],
  'image/png': ['image/apng'],
}

/**
 * Looks at the first bytes of a file and says what they are, or null where they are nothing that is known.
 *
 * @see https://mimesniff.spec.whatwg.org/ for why a name or a header is not believed
 */
export async function detectType(sample: Uint8Array): Promise<string | null> {
  const found = await fileTypeFromBuffer(sample)
  return found ? essence(found.mime) : null
}

/** Whether bytes of type `detected` may stand for what was announced as `declared`. */
export function mayBe(declared: string, detected: string | null): boolean {
  if (detected === null) return false
  const type = essence(declared)
  return detected === type || (LOOKS_LIKE[type] ?? []).includes(detected)
}
