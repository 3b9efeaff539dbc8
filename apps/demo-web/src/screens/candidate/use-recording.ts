import type { CandidateSession, Sensor, SessionHandle } from '@viva/client'
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { createPartQueue, type QueueState, type RecordedPart } from './part-queue.ts'
import { canRecord, recordParts } from './record-parts.ts'
import { addNotes, readNotes } from './session-notes.ts'
import { openDevices, stopTracks } from './use-device-stream.ts'

/** What is recorded of a candidate. */
export type RecordedSensor = Exclude<Sensor, 'browser'>

/** A source that is open, and the kind of recording that it gives. */
interface Source {
  kind: RecordedPart['kind']
  sensors: readonly RecordedSensor[]
  stream: MediaStream
}

/** Recording beside an interview. */
export interface Recording {
  /** What the candidate agreed to; empty where there is nothing to record. */
  sensors: readonly RecordedSensor[]
  isSupported: boolean
  status: 'off' | 'asking' | 'on'
  /** What is open now. */
  open: readonly RecordedSensor[]
  /** What could not be opened, or went away. */
  unavailable: readonly RecordedSensor[]
  /** The camera's picture while it is recorded. */
  preview: MediaStream | null
  queue: QueueState
  start: () => void
  stop: () => void
  /** Stops, and resolves once all of it is sent, or has had its time. */
  finish: () => Promise<void>
}

/** How long handing in waits for the last parts, in ms: after it the server takes none. */
const FINISH_MS = 8000

/**
 * Records the consented camera, microphone and screen while a question is being answered, and sends the parts beside it.
 * The candidate starts and stops it; what the interview requires starts by itself, and so does what was on before a reload.
 *
 * @param during the question that is being answered, null while there is none; and whether this tab is the one that records
 */
export function useRecording(
  session: SessionHandle,
  state: CandidateSession,
  during: { questionId: string | null; isFirstTab: boolean },
): Recording {
  const { questionId, isFirstTab } = during
  const { consents } = state
  const sensors = useMemo(
    () => (['camera', 'microphone', 'screen'] as const).filter((sensor) => consents[sensor] === true),
    [consents],
  )
  const isRequired = state.interview.sensors.some(
    ({ sensor, required }) => required && sensor !== 'browser' && consents[sensor] === true,
  )
  const [queue] = useState(() => createPartQueue(session))
  const queueState = useSyncExternalStore(queue.subscribe, queue.state)
  const [sources, setSources] = useState<readonly Source[]>([])
  const [status, setStatus] = useState<Recording['status']>('off')
  const [unavailable, setUnavailable] = useState<readonly RecordedSensor[]>([])
  const held = useRef<readonly Source[]>([])
  /** Counts the starts: what an earlier one opens late is let go. */
  const run = useRef(0)
  /** End what is being recorded now. */
  const recorders = useRef<readonly (() => Promise<void>)[]>([])

  const release = useCallback(() => {
    for (const { stream } of held.current) stopTracks(stream)
    held.current = []
  }, [])
  const tellMissing = useCallback(
    (missing: readonly RecordedSensor[]) => {
      setUnavailable(missing)
      if (consents.browser !== true) return
      for (const sensor of missing) {
        // Never a strike; it tells a reader of the log why there is no picture.
        session.signal('sensor_unavailable', { sensor }).catch(() => undefined)
      }
    },
    [session, consents.browser],
  )
  const stop = useCallback(() => {
    addNotes(session.id, { recording: false })
    release()
    setSources([])
    setStatus('off')
  }, [session, release])
  const finish = useCallback(async () => {
    const ended = Promise.all(recorders.current.map((end) => end()))
    stop()
    const late = new Promise((resolve) => setTimeout(resolve, FINISH_MS))
    await Promise.race([ended.then(queue.sent), late])
  }, [stop, queue])

  const start = useCallback(async () => {
    run.current += 1
    const own = run.current
    setStatus('asking')
    const { opened, missing } = await openSources(sensors)
    if (own !== run.current) {
      for (const { stream } of opened) stopTracks(stream)
      return
    }
    tellMissing(missing)
    addNotes(session.id, { recording: opened.length > 0 })
    held.current = opened
    setSources(opened)
    setStatus(opened.length > 0 ? 'on' : 'off')
    for (const source of opened) {
      for (const track of source.stream.getTracks()) {
        track.addEventListener('ended', () => {
          // Unplugged, or taken back in the browser, once for all tracks of a source. The other sources go on.
          if (!held.current.includes(source)) return
          stopTracks(source.stream)
          held.current = held.current.filter((other) => other !== source)
          setSources(held.current)
          if (held.current.length === 0) setStatus('off')
          tellMissing(source.sensors)
        })
      }
    }
  }, [session, sensors, tellMissing])

  const isSupported = canRecord()
  // The screen can be shared from a click alone.
  const canStartItself = isSupported && sensors.length > 0 && !sensors.includes('screen')
  const atOpening = useRef(() => {
    if (canStartItself && (readNotes(session.id).recording ?? isRequired)) void start()
  })
  useEffect(() => {
    if (!isFirstTab) return
    // Once, when the room opens: later on the candidate decides.
    atOpening.current()
    return () => {
      run.current += 1
      release()
    }
  }, [release, isFirstTab])

  useEffect(() => {
    if (questionId === null || sources.length === 0) return
    const fail = () => {
      const lost = held.current.flatMap((source) => source.sensors)
      if (lost.length === 0) return
      stop()
      tellMissing(lost)
    }
    const stops = sources.map(({ kind, stream }) =>
      recordParts(stream, (blob) => queue.add({ kind, questionId, blob }), fail),
    )
    recorders.current = stops
    return () => {
      for (const end of stops) void end()
    }
  }, [questionId, sources, queue, stop, tellMissing])

  const isWaiting = queueState.waiting > 0
  useEffect(() => {
    if (!isWaiting) return
    // Recordings wait in memory: the browser asks before they are left behind.
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [isWaiting])

  return {
    sensors,
    isSupported,
    status,
    open: sources.flatMap((source) => source.sensors),
    unavailable,
    preview: sources.find(({ kind }) => kind === 'video')?.stream ?? null,
    queue: queueState,
    start: () => void start(),
    stop,
    finish,
  }
}

/** Opens what can be opened; one that fails takes nothing from the others. */
async function openSources(
  sensors: readonly RecordedSensor[],
): Promise<{ opened: Source[]; missing: RecordedSensor[] }> {
  const opened: Source[] = []
  const missing: RecordedSensor[] = []
  const attempt = async (kind: Source['kind'], own: RecordedSensor[], open: () => Promise<MediaStream>) => {
    try {
      opened.push({ kind, sensors: own, stream: await open() })
      return true
    } catch {
      return false
    }
  }
  // First, as long as the click lasts.
  if (sensors.includes('screen')) {
    const share = () => navigator.mediaDevices.getDisplayMedia({ video: true })
    if (!(await attempt('screen', ['screen'], async () => share()))) missing.push('screen')
  }
  const [hasCamera, hasMicrophone] = [sensors.includes('camera'), sensors.includes('microphone')]
  if (hasCamera && hasMicrophone) {
    const both = () => openDevices({ video: true, audio: true })
    if (await attempt('video', ['camera', 'microphone'], both)) return { opened, missing }
  }
  const camera = () => openDevices({ video: true })
  if (hasCamera && !(await attempt('video', ['camera'], camera))) missing.push('camera')
  const microphone = () => openDevices({ audio: true })
  if (hasMicrophone && !(await attempt('audio', ['microphone'], microphone))) missing.push('microphone')
  return { opened, missing }
}
