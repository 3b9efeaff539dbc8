import { useEffect, useState } from 'react'

const EVERY_MS = 100
/** Loudness of speech into a common microphone, as a root mean square; the bar is full there. */
const LOUD = 0.25

/** How loud a stream is, from 0 to 1, ten times a second; null while there is none. */
export function useMicrophoneLevel(stream: MediaStream | null): number | null {
  const [level, setLevel] = useState<number | null>(null)
  useEffect(() => {
    if (stream === null || stream.getAudioTracks().length === 0 || typeof AudioContext === 'undefined') return
    const context = new AudioContext()
    const analyser = context.createAnalyser()
    analyser.fftSize = 1024
    context.createMediaStreamSource(stream).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples)
      let sum = 0
      for (const sample of samples) sum += sample * sample
      setLevel(Math.min(1, Math.sqrt(sum / samples.length) / LOUD))
    }, EVERY_MS)
    return () => {
      clearInterval(timer)
      setLevel(null)
      // Closing one that was closed with its page is no fault.
      context.close().catch(() => undefined)
    }
  }, [stream])
  return level
}
