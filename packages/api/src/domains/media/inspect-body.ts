import { createHash } from 'node:crypto'
import { AppError, isAppError } from '../../core/errors.ts'
import { detectType, mayBe, SAMPLE_BYTES } from './media-type.ts'

/** A body on its way into storage. */
export interface InspectedBody {
  /** The bytes. Ends only if everything about them is right, and throws otherwise. */
  readonly chunks: AsyncIterable<Uint8Array>
  /** SHA-256 of the whole, once `chunks` has ended. */
  sha256(): Uint8Array
  /** Why `chunks` threw, whatever a storage made of it. */
  failure(): AppError | null
}

/** Longest wait for the next bytes, in ms. A sender that is silent for longer has gone. */
const IDLE_MS = 30_000

/**
 * Lets a body through while it counts, hashes and looks at it. The newest chunk is held back until the next one shows
 * that there is more, so that whoever writes the bytes never has the last of them before all are known to be right.
 *
 * Fails with UPLOAD_INCOMPLETE where it is longer or shorter than announced, breaks off, or stalls, and with
 * MEDIA_TYPE_MISMATCH where the bytes are something else than announced.
 */
export function inspectBody(
  source: AsyncIterable<Uint8Array>,
  announced: { bytes: number; contentType: string },
): InspectedBody {
  const hash = createHash('sha256')
  let digest: Uint8Array | null = null
  let failure: AppError | null = null
  let received = 0
  const incomplete = (cause?: unknown) => {
    const details = { expectedBytes: announced.bytes, receivedBytes: received }
    return new AppError(
      'UPLOAD_INCOMPLETE',
      `${announced.bytes} bytes were announced and ${received} came. Send exactly what you announced.`,
      details,
      { cause },
    )
  }

  async function* inspected(): AsyncGenerator<Uint8Array, void, void> {
    let sample: Uint8Array[] | null = []
    let held: Uint8Array | null = null
    for await (const chunk of interrupted(source, incomplete)) {
      received += chunk.length
      if (received > announced.bytes) throw incomplete()
      hash.update(chunk)
      if (sample) {
        sample.push(chunk)
        if (received < SAMPLE_BYTES) continue
        held = await checkSample(sample, announced.contentType)
        sample = null
        continue
      }
      if (held) yield held
      held = chunk
    }
    // First of all the size: what was broken off may look like anything.
    if (received !== announced.bytes) throw incomplete()
    if (sample) held = await checkSample(sample, announced.contentType)
    digest = hash.digest()
    if (held) yield held
  }

  return {
    chunks: {
      async *[Symbol.asyncIterator]() {
        try {
          yield* inspected()
        } catch (error) {
          if (isAppError(error)) failure = error
          throw error
        }
      },
    },
    sha256() {
      if (!digest) throw new Error('the body has not been read to its end')
      return digest
    },
    failure: () => failure,
  }
}

async function checkSample(parts: readonly Uint8Array[], declared: string): Promise<Uint8Array> {
  const sample = Buffer.concat(parts)
  const detected = await detectType(sample.subarray(0, SAMPLE_BYTES))
  if (!mayBe(declared, detected)) {
    throw new AppError(
      'MEDIA_TYPE_MISMATCH',
      `The bytes are ${detected ?? 'of no known type'}, not ${declared} as announced.`,
      { declared, detected },
    )
  }
  return sample
}

/** The source, ending in an error of ours where it breaks off or stalls. */
async function* interrupted(
  source: AsyncIterable<Uint8Array>,
  failed: (cause: unknown) => AppError,
): AsyncGenerator<Uint8Array, void, void> {
  const iterator = source[Symbol.asyncIterator]()
  let ended = false
  try {
    for (;;) {
      const next = await inTime(iterator.next()).catch((cause: unknown) => {
        throw failed(cause)
      })
      if (next.done) {
        ended = true
        return
      }
      yield next.value
    }
  } finally {
    // Not awaited: an iterator that stalls in next() would not return either.
    if (!ended) iterator.return?.().catch(() => undefined)
  }
}

function inTime<Value>(next: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no bytes for ${IDLE_MS} ms`)), IDLE_MS)
  })
  return Promise.race([next, late]).finally(() => clearTimeout(timer))
}
