import { useEffect, useRef } from 'react'

/** What a camera sees at this moment, as a mirror. */
export function CameraView({
  stream,
  label,
  className = '',
}: {
  stream: MediaStream | null
  label: string
  className?: string
}) {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    if (video.current) video.current.srcObject = stream
  }, [stream])
  return (
    <video
      ref={video}
      aria-label={label}
      autoPlay
      muted
      playsInline
      className={`aspect-video -scale-x-100 rounded-lg bg-sunken object-cover ${className}`}
    />
  )
}
