import { type CandidateSession, isVivaError, type Sensor, type SessionHandle } from '@viva/client'
import { type FormEvent, useCallback, useRef, useState } from 'react'
import { records } from '#strings/candidate-arrival.ts'
import { precheck } from '#strings/candidate-precheck.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Page } from '../../ui/page.tsx'
import { Failure } from '../../ui/states.tsx'
import { ConsentFields } from './consent-fields.tsx'
import { CameraCheck, FullscreenCheck, MicrophoneCheck, NetworkCheck } from './device-checks.tsx'
import { type CheckResults, deviceFacts } from './device-facts.ts'
import { InterviewOutline } from './interview-outline.tsx'
import { Fairness } from './record-list.tsx'
import { useCall } from './use-call.ts'

/** Before the clock starts: the candidate decides what is recorded, and tries the devices out. Nothing here is a dead end. */
export function Precheck({
  session,
  state,
  onDone,
}: {
  session: SessionHandle
  state: CandidateSession
  onDone: () => void
}) {
  const { interview, companyName } = state
  const form = useRef<HTMLFormElement>(null)
  const [consents, setConsents] = useState(state.consents)
  const [missing, setMissing] = useState<readonly Sensor[]>([])
  const results = useRef<CheckResults>({
    camera: 'untried',
    microphone: 'untried',
    fullscreen: 'untried',
    network: 'untried',
    latencyMs: null,
  })
  const told = useCallback((found: Partial<CheckResults>) => {
    Object.assign(results.current, found)
  }, [])
  const save = useCall(async (signal) => {
    try {
      await session.precheck({ consents, device: deviceFacts(results.current) }, { signal })
      onDone()
    } catch (error) {
      if (isVivaError(error, 'INVALID_INPUT')) show(requiredOf(state, consents))
      throw error
    }
  })
  /** Marks what is missing, and leads to the first of it. */
  const show = (sensors: readonly Sensor[]) => {
    setMissing(sensors)
    const [first] = sensors
    const box = form.current?.elements.namedItem(`consent-${first}`)
    if (box instanceof HTMLElement) box.focus()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const declined = requiredOf(state, consents)
    show(declined)
    if (declined.length === 0 && !save.isPending) save.call()
  }
  const uses = (sensor: Sensor) => interview.sensors.some((asked) => asked.sensor === sensor)
  return (
    <Page
      title={precheck.title}
      description={`${interview.title}. ${precheck.lead(companyName)}`}
      width="medium"
    >
      <form ref={form} onSubmit={submit} noValidate className="grid gap-4">
        <InterviewOutline interview={interview} />
        <Card title={precheck.consentTitle} description={precheck.consentText}>
          {interview.sensors.length === 0 && <p className="text-sm text-muted">{records.nothing}</p>}
          <ConsentFields
            sensors={interview.sensors}
            companyName={companyName}
            consents={consents}
            missing={missing}
            onChange={(sensor, agreed) => {
              setConsents({ ...consents, [sensor]: agreed })
              setMissing(missing.filter((item) => item !== sensor))
            }}
          />
          <Fairness interview={interview} />
        </Card>
        <Card title={precheck.checksTitle} description={precheck.checksText}>
          <ul>
            {uses('camera') && (
              <CameraCheck
                key={`camera ${consents.camera ?? false}`}
                isAgreed={consents.camera ?? false}
                told={told}
              />
            )}
            {uses('microphone') && (
              <MicrophoneCheck
                key={`microphone ${consents.microphone ?? false}`}
                isAgreed={consents.microphone ?? false}
                told={told}
              />
            )}
            <FullscreenCheck told={told} />
            <NetworkCheck session={session} told={told} />
          </ul>
        </Card>
        {save.error !== null && !isVivaError(save.error, 'INVALID_INPUT') && <Failure error={save.error} />}
        <div className="flex flex-wrap items-center gap-4">
          <Button type="submit" variant="primary" size="large" pending={save.isPending}>
            {precheck.submit}
          </Button>
          <p role="status" className="text-sm text-bad">
            {missing.length > 0 ? precheck.missing : ''}
          </p>
        </div>
      </form>
    </Page>
  )
}

/** Required sensors that are not agreed to. */
function requiredOf(state: CandidateSession, consents: Partial<Record<Sensor, boolean>>): Sensor[] {
  return state.interview.sensors
    .filter(({ sensor, required }) => required && consents[sensor] !== true)
    .map(({ sensor }) => sensor)
}
