/**
 * Each part is a recording of its own, with a container's header at its beginning: any of them can be stored, checked and
 * played without the others. Short, so that a crash costs seconds.
 */
const PART_MS = 10_000
const TYPES = {
  video: ['video/webm', 'video/mp4'],
  audio: ['audio/webm', 'audio/mp4'],
} as const
const VIDEO_BITS_PER_SECOND = 500_000
const AUDIO_BITS_PER_SECOND = 48_000

/** Whether this browser can record at all. */
export const canRecord = () => typeof MediaRecorder !== 'undefined'

/**
 * Records a stream in parts until it is stopped.
 *
 * @param onPart takes each part as it is done
 * @param onFailure hears that the browser will not record this stream, or no longer: interviews go on without
 * @returns ends the last part, and resolves when `onPart` has it
 */
export function recordParts(
  stream: MediaStream,
  onPart: (part: Blob) => void,
  onFailure: () => void,
): () => Promise<void> {
  let current = () => Promise.resolve()
  const begin = () => {
    // The next begins before the last one ends: rather twice than not at all.
    const last = current
    try {
      current = recordOne(stream, onPart)
    } catch {
      clearInterval(timer)
      onFailure()
    }
    void last()
  }
  const timer = setInterval(begin, PART_MS)
  begin()
  return () => {
    clearInterval(timer)
    return current()
  }
}

function recordOne(stream: MediaStream, onPart: (part: Blob) => void): () => Promise<void> {
  const types = TYPES[stream.getVideoTracks().length > 0 ? 'video' : 'audio']
  const mimeType = types.find((type) => MediaRecorder.isTypeSupported(type))
  const recorder = new MediaRecorder(stream, {
    ...(mimeType === undefined ? {} : { mimeType }),
    videoBitsPerSecond: VIDEO_BITS_PER_SECOND,
    audioBitsPerSecond: AUDIO_BITS_PER_SECOND,
  })
  const pieces: Blob[] = []
  const done = new Promise<void>((resolve) => {
    recorder.ondataavailable = ({ data }) => {
      if (data.size > 0) pieces.push(data)
    }
    recorder.onstop = () => {
      // Without codecs: the server looks at the container.
      const [type = ''] = recorder.mimeType.split(';')
      if (pieces.length > 0) onPart(new Blob(pieces, { type }))
      resolve()
    }
  })
  recorder.start()
  return () => {
    // It stops by itself when its tracks end.
    if (recorder.state !== 'inactive') recorder.stop()
    return done
  }
}
