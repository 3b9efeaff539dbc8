import type { SessionHandle } from '@viva/client'
import { useEffect, useRef, useState } from 'react'
import { checks } from '#strings/candidate-precheck.ts'
import { ConnectionBadge } from '../../ui/connection-badge.tsx'
import { CameraView } from './camera-view.tsx'
import { CheckRow } from './check-row.tsx'
import type { CheckResults } from './device-facts.ts'
import { type DeviceStatus, useDeviceStream } from './use-device-stream.ts'
import { canFullscreen, enterFullscreen, leaveFullscreen } from './use-fullscreen.ts'
import { useMicrophoneLevel } from './use-microphone-level.ts'

/** Takes what a check came to, for the facts that go with the precheck. */
export type Told = (found: Partial<CheckResults>) => void

function useTold(check: 'camera' | 'microphone' | 'fullscreen', status: DeviceStatus, told: Told): void {
  useEffect(() => told({ [check]: status }), [check, status, told])
}

const CAMERA: MediaStreamConstraints = { video: true }
const MICROPHONE: MediaStreamConstraints = { audio: true }

/** Shows the camera's picture, which goes nowhere. */
export function CameraCheck({ isAgreed, told }: { isAgreed: boolean; told: Told }) {
  const { status, stream, open, close } = useDeviceStream(CAMERA)
  useTold('camera', status, told)
  const { name, text, off, missing, refused, preview } = checks.camera
  const texts = { untried: text, trying: text, ok: text, missing, refused }
  return (
    <CheckRow
      name={name}
      text={isAgreed ? texts[status] : off}
      status={status}
      onRun={isAgreed ? () => void open() : undefined}
      onStop={stream ? close : undefined}
    >
      {stream && <CameraView stream={stream} label={preview} className="w-full max-w-sm" />}
    </CheckRow>
  )
}

/** Shows how loud the microphone is, to the eye and in words. */
export function MicrophoneCheck({ isAgreed, told }: { isAgreed: boolean; told: Told }) {
  const { status, stream, open, close } = useDeviceStream(MICROPHONE)
  const level = useMicrophoneLevel(stream)
  useTold('microphone', status, told)
  const { name, text, off, missing, refused } = checks.microphone
  const texts = { untried: text, trying: text, ok: text, missing, refused }
  return (
    <CheckRow
      name={name}
      text={isAgreed ? texts[status] : off}
      status={status}
      onRun={isAgreed ? () => void open() : undefined}
      onStop={stream ? close : undefined}
    >
      {stream && <LevelBar level={level ?? 0} />}
    </CheckRow>
  )
}

function LevelBar({ level }: { level: number }) {
  const { microphone } = checks
  const word = level < 0.02 ? microphone.silent : level < 0.15 ? microphone.quiet : microphone.good
  const percent = Math.round(level * 100)
  return (
    <div className="grid max-w-sm gap-1.5">
      {/* Browsers draw meters each in their own way, some hardly visible: this one is for screen readers. */}
      <meter
        aria-label={microphone.level}
        aria-valuetext={word}
        min={0}
        max={100}
        value={percent}
        className="sr-only"
      />
      <div aria-hidden className="h-3 overflow-hidden rounded-full bg-sunken">
        <div className="h-full rounded-full bg-good" style={{ width: `${percent}%` }} />
      </div>
      <p className="text-sm">{word}</p>
    </div>
  )
}

const FULLSCREEN_MS = 1500

/** Fills the screen for a moment. */
export function FullscreenCheck({ told }: { told: Told }) {
  const [status, setStatus] = useState<DeviceStatus>(canFullscreen() ? 'untried' : 'missing')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useTold('fullscreen', status, told)
  useEffect(
    () => () => {
      // Later it would take the candidate out of the interview's own fullscreen.
      clearTimeout(timer.current)
      void leaveFullscreen()
    },
    [],
  )
  const { name, text, ok, missing, refused } = checks.fullscreen
  const texts = { untried: text, trying: text, ok, missing, refused }
  const run = async () => {
    setStatus('trying')
    const isOpen = await enterFullscreen()
    setStatus(isOpen ? 'ok' : 'refused')
    // Long enough to see it.
    if (isOpen) timer.current = setTimeout(leaveFullscreen, FULLSCREEN_MS)
  }
  return (
    <CheckRow
      name={name}
      text={texts[status]}
      status={status}
      onRun={status === 'missing' ? undefined : () => void run()}
    />
  )
}

const TRIES = 3
const SLOW_MS = 800

/** Measures how long the server takes to answer, once by itself. */
export function NetworkCheck({ session, told }: { session: SessionHandle; told: Told }) {
  const [run, setRun] = useState(0)
  const [status, setStatus] = useState<DeviceStatus>('trying')
  const [latency, setLatency] = useState<number | null>(null)
  useEffect(() => {
    const giveUp = new AbortController()
    // `run` is what asks for another measurement.
    measure(session, giveUp.signal, run).then(
      (ms) => {
        setLatency(ms)
        setStatus('ok')
      },
      () => {
        if (!giveUp.signal.aborted) setStatus('missing')
      },
    )
    return () => giveUp.abort()
  }, [session, run])
  useEffect(() => told({ network: status, latencyMs: latency }), [status, latency, told])
  const { name, text, ok, slow, missing } = checks.network
  const measured = latency === null ? text : latency > SLOW_MS ? slow(latency) : ok(latency)
  return (
    <CheckRow
      name={name}
      text={status === 'missing' ? missing : status === 'ok' ? measured : text}
      status={status}
      onRun={() => {
        setStatus('trying')
        setRun(run + 1)
      }}
    >
      <div>
        <ConnectionBadge feed={session} />
      </div>
    </CheckRow>
  )
}

/** The quickest of a few answers: the others waited for something else. */
async function measure(session: SessionHandle, signal: AbortSignal, _run: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const start = performance.now()
    await session.current({ signal })
    best = Math.min(best, performance.now() - start)
  }
  return Math.round(best)
}
