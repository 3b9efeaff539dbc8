import { afterAll, beforeAll, expect, test } from 'vitest'
import { candidate } from '../src/strings/en/candidate.ts'
import {
  expectAccessible,
  invite,
  newInterview,
  type Person,
  type Stage,
  startStage,
  takeScreenshots,
} from './stage/index.ts'
import { somethingRecorded, watchRecorders } from './stage/recorders.ts'
import { agree, answer, answerField, claim, start, WITHIN } from './stage/sitting.ts'

const { recording, precheck, ready, room } = candidate

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

interface Stored {
  kind: string
  contentType: string
  status: string
  position: number | null
}

async function storedOf(sessionId: string): Promise<Stored[]> {
  const rows = await stage.sql<Stored[]>`
    select m.kind, m.content_type as "contentType", m.status, q.position
    from media_objects m left join questions q on q.id = m.question_id
    where m.session_id = ${sessionId} order by m.created_at`
  return [...rows]
}

/** Takes somebody into the room who has agreed to these, too. */
async function sitRecorded(person: Person, agreed: readonly ('camera' | 'microphone')[]): Promise<string> {
  const interview = await newInterview(stage, {
    sensors: [
      { sensor: 'browser', required: true },
      { sensor: 'camera', required: false },
      { sensor: 'microphone', required: false },
    ],
  })
  const { path, sessionId } = await invite(stage, interview)
  const { page } = person
  await watchRecorders(page)
  await claim(page, path)
  for (const sensor of agreed) await page.getByRole('checkbox', { name: precheck.agree[sensor] }).check()
  await agree(page)
  await page.getByRole('checkbox', { name: ready.fullscreen }).uncheck()
  await start(page)
  return sessionId
}

test('camera and microphone are recorded while answering, in parts that belong to their questions', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  const sessionId = await sitRecorded(person, ['camera', 'microphone'])
  await page.getByText(recording.off).waitFor()
  expect(await storedOf(sessionId)).toEqual([])
  await page.getByRole('button', { name: recording.start }).click()
  await page.getByText(recording.on('camera and microphone')).waitFor()
  const preview = page.getByLabel(recording.preview)
  await expect
    .poll(() => preview.evaluate((video: HTMLVideoElement) => video.videoWidth), WITHIN)
    .toBeGreaterThan(0)
  await expectAccessible(page)
  await takeScreenshots(page, 'candidate-room-recording')
  // A part of its own each ten seconds, while the question is still being answered.
  await expect.poll(async () => (await storedOf(sessionId)).length, WITHIN).toBeGreaterThan(0)
  await answer(page, 'Spoken and written.')
  await page.getByText(recording.on('camera and microphone')).waitFor()
  await somethingRecorded(page)
  await page.getByRole('button', { name: recording.stop }).click()
  await page.getByText(recording.off).waitFor()
  await expect
    .poll(async () => {
      const stored = await storedOf(sessionId)
      return (
        stored.every(({ status }) => status === 'stored') && stored.some(({ position }) => position === 2)
      )
    }, WITHIN)
    .toBe(true)
  const stored = await storedOf(sessionId)
  expect(new Set(stored.map(({ position }) => position))).toEqual(new Set([1, 2]))
  expect(new Set(stored.map(({ kind }) => kind))).toEqual(new Set(['video']))
  await page.getByText(recording.stored(stored.length)).waitFor()
})

test('the microphone alone makes a recording of sound; a failed upload is told and tried again', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  const sessionId = await sitRecorded(person, ['microphone'])
  person.expectErrors(/media|ERR_FAILED|ERR_CONNECTION|ERR_INTERNET/)
  await page.route('**/trpc/media.createUpload', (route) => route.abort('internetdisconnected'))
  await page.getByRole('button', { name: recording.start }).click()
  await page.getByText(recording.on('microphone')).waitFor()
  await somethingRecorded(page)
  await page.getByRole('button', { name: recording.stop }).click()
  await page.getByText(recording.retrying).waitFor()
  expect(await storedOf(sessionId)).toEqual([])
  await page.unroute('**/trpc/media.createUpload')
  await page.getByText(recording.stored(1)).waitFor()
  expect(await storedOf(sessionId)).toMatchObject([
    { kind: 'audio', contentType: 'audio/webm', status: 'stored' },
  ])
})

test('a camera that cannot be had is no strike and no dead end', async () => {
  await using person = await stage.newPerson({ refuses: ['camera'] })
  const { page } = person
  const sessionId = await sitRecorded(person, ['camera'])
  await page.getByRole('button', { name: recording.start }).click()
  await page.getByText(recording.unavailable('camera')).waitFor()
  await page.getByRole('button', { name: recording.start }).waitFor()
  await answerField(page).fill('In writing, then.')
  await page.getByRole('button', { name: room.submit }).click()
  await page.getByText(room.question(2, 2), { exact: true }).waitFor()
  const kinds = async () => {
    const rows = await stage.sql<{ type: string; kind: string | null }[]>`
      select type, payload->>'kind' as kind from session_events
      where session_id = ${sessionId} and type in ('signal.recorded', 'strike.issued') order by seq`
    return [...rows]
  }
  await expect.poll(kinds, WITHIN).toEqual([{ type: 'signal.recorded', kind: 'sensor_unavailable' }])
})

test('where nothing was agreed to, nothing of it is on the page', async () => {
  await using person = await stage.newPerson()
  await sitRecorded(person, [])
  expect(await person.page.getByRole('heading', { name: recording.title }).count()).toBe(0)
})
