import { afterAll, beforeAll, expect, test } from 'vitest'
import { candidate } from '../src/strings/en/candidate.ts'
import { invite, newInterview, type Person, type Stage, startStage } from './stage/index.ts'
import { agree, answerField, claim, handIn, start, WITHIN } from './stage/sitting.ts'

const { recording, precheck, ready } = candidate
const BOTH = recording.on('camera and microphone')

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

/** Takes somebody into the room who has agreed to camera and microphone, and keeps the streams that the page opens. */
async function sitRecorded(person: Person): Promise<string> {
  const { page } = person
  await page.addInitScript(() => {
    const opened: MediaStream[] = []
    Reflect.set(globalThis, 'opened', opened)
    const { mediaDevices } = navigator
    const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices)
    mediaDevices.getUserMedia = async (constraints) => {
      const stream = await getUserMedia(constraints)
      opened.push(stream)
      return stream
    }
  })
  const sensors = (['browser', 'camera', 'microphone'] as const).map((sensor) => ({
    sensor,
    required: sensor === 'browser',
  }))
  const { path, sessionId } = await invite(stage, await newInterview(stage, { sensors }))
  await claim(page, path)
  for (const sensor of ['camera', 'microphone'] as const) {
    await page.getByRole('checkbox', { name: precheck.agree[sensor] }).check()
  }
  await agree(page)
  await page.getByRole('checkbox', { name: ready.fullscreen }).uncheck()
  await start(page)
  return sessionId
}

const openTracks = ({ page }: Person) =>
  page.evaluate(() => {
    const opened: MediaStream[] = Reflect.get(globalThis, 'opened')
    return opened
      .flatMap((stream) => stream.getTracks())
      .filter(({ readyState }) => readyState === 'live')
      .map(({ kind }) => kind)
  })

async function missingOf(sessionId: string): Promise<string[]> {
  const rows = await stage.sql<{ sensor: string }[]>`
    select payload->'details'->>'sensor' as sensor from session_events
    where session_id = ${sessionId} and type = 'signal.recorded' and payload->>'kind' = 'sensor_unavailable'
    order by seq`
  return rows.map(({ sensor }) => sensor)
}

test('a microphone that is unplugged lets the camera go, too, and is told once', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  const sessionId = await sitRecorded(person)
  await page.getByRole('button', { name: recording.start }).click()
  await page.getByText(BOTH).waitFor()
  expect(await openTracks(person)).toHaveLength(2)
  await page.evaluate(() => {
    const [stream]: MediaStream[] = Reflect.get(globalThis, 'opened')
    const tracks = [...(stream?.getAudioTracks() ?? []), ...(stream?.getVideoTracks() ?? [])]
    for (const track of tracks) track.dispatchEvent(new Event('ended'))
  })
  await page.getByText(recording.off).waitFor()
  expect(await openTracks(person)).toEqual([])
  await handIn(page)
  expect(await missingOf(sessionId)).toEqual(['camera', 'microphone'])
})

test('a browser that fails to record leaves the interview as it is, and is not asked again by a reload', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  await page.addInitScript(() => {
    MediaRecorder.prototype.start = () => {
      throw new DOMException('not here', 'NotSupportedError')
    }
  })
  const sessionId = await sitRecorded(person)
  await page.getByRole('button', { name: recording.start }).click()
  await page.getByText(recording.unavailable('camera and microphone')).waitFor()
  await answerField(page).fill('In writing, then.')
  expect(await openTracks(person)).toEqual([])
  await page.reload()
  await page.getByText(recording.off).waitFor()
  expect(await answerField(page).inputValue()).toBe('In writing, then.')
  await expect.poll(() => missingOf(sessionId), WITHIN).toEqual(['camera', 'microphone'])
})

test('whoever hands in while recording hands in the last part, too', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  const sessionId = await sitRecorded(person)
  await page.getByRole('button', { name: recording.start }).click()
  await page.getByText(BOTH).waitFor()
  await handIn(page)
  const rows = await stage.sql<{ status: string }[]>`
    select status from media_objects where session_id = ${sessionId}`
  expect(rows.map(({ status }) => status)).toContain('stored')
})
