import { useCallback, useEffect, useRef, useState } from 'react'

/** How a device stands that the candidate tries out. */
export type DeviceStatus = 'untried' | 'trying' | 'ok' | 'missing' | 'refused'

/** Opens a camera or a microphone to try it out. Whatever is open is closed when the component goes. */
export function useDeviceStream(constraints: MediaStreamConstraints): {
  status: DeviceStatus
  stream: MediaStream | null
  open: () => Promise<void>
  close: () => void
} {
  const [status, setStatus] = useState<DeviceStatus>('untried')
  const [stream, setStream] = useState<MediaStream | null>(null)
  const held = useRef<MediaStream | null>(null)
  const isGone = useRef(false)
  const release = useCallback(() => {
    stopTracks(held.current)
    held.current = null
  }, [])
  useEffect(() => {
    isGone.current = false
    return () => {
      isGone.current = true
      release()
    }
  }, [release])
  return {
    status,
    stream,
    async open() {
      setStatus('trying')
      try {
        const opened = await openDevices(constraints)
        if (isGone.current) return stopTracks(opened)
        release()
        held.current = opened
        setStream(opened)
        setStatus('ok')
      } catch (error) {
        setStream(null)
        setStatus(isRefusal(error) ? 'refused' : 'missing')
      }
    },
    close() {
      release()
      setStream(null)
    },
  }
}

/** @throws DOMException, also where the browser has no devices at all, as on pages without https */
export function openDevices(constraints: MediaStreamConstraints): Promise<MediaStream> {
  const { mediaDevices } = navigator as { mediaDevices?: MediaDevices }
  if (!mediaDevices) return Promise.reject(new DOMException('no devices', 'NotFoundError'))
  return mediaDevices.getUserMedia(constraints)
}

/** Whether the person or the browser's settings said no, and not the device. */
function isRefusal(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'SecurityError')
}

/** Lets the devices of a stream go: their lights go out. */
export function stopTracks(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop()
}
