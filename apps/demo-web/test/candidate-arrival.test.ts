import { afterAll, beforeAll, expect, test } from 'vitest'
import { account } from '../src/strings/en/account.ts'
import { candidate } from '../src/strings/en/candidate.ts'
import {
  expectAccessible,
  invite,
  logIn,
  newInterview,
  type Stage,
  startStage,
  takeScreenshots,
} from './stage/index.ts'
import { agree, CANDIDATE, claim, WITHIN } from './stage/sitting.ts'

const { invitation, precheck, checks, ready, records, sensors } = candidate

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

const ALL_SENSORS = [
  { sensor: 'browser', required: true },
  { sensor: 'camera', required: false },
  { sensor: 'microphone', required: false },
  { sensor: 'screen', required: false },
] as const

const consentsOf = async (sessionId: string) => {
  const [row] = await stage.sql<{ state: string; consents: unknown }[]>`
    select state, consents from sessions where id = ${sessionId}`
  return row
}

test('an invitation says who asks what, what is recorded and why, and claims nothing', async () => {
  const interview = await newInterview(stage, { sensors: [...ALL_SENSORS] })
  const { path, sessionId } = await invite(stage, interview)
  await using person = await stage.newPerson()
  const { page } = person
  await page.goto(path)
  await page.getByRole('heading', { level: 1, name: invitation.title('Example Company') }).waitFor()
  await page.getByText(interview.title).waitFor()
  await page.getByText(candidate.outline.questions(2)).waitFor()
  for (const { sensor } of ALL_SENSORS) await page.getByText(sensors[sensor].what).waitFor()
  expect(await page.getByText(records.required, { exact: true }).count()).toBe(1)
  expect(await page.getByText(records.voluntary, { exact: true }).count()).toBe(3)
  await page.getByText(records.people).waitFor()
  await page.getByText(records.equal).waitFor()
  expect(await consentsOf(sessionId)).toMatchObject({ state: 'setup' })

  await page.getByRole('button', { name: invitation.begin }).click()
  await page.getByText(invitation.nameNeeded).waitFor()
  expect(await consentsOf(sessionId)).toMatchObject({ state: 'setup' })
  await expectAccessible(page)
  await takeScreenshots(page, 'candidate-invitation')
})

test('beginning claims the session and takes the token out of the address and the history', async () => {
  const { path, sessionId, token } = await invite(stage, await newInterview(stage))
  await using person = await stage.newPerson()
  const { page } = person
  await claim(page, path)
  expect(page.url()).toBe(`${stage.url}/s/${sessionId}`)
  await page.goBack()
  expect(page.url()).not.toContain(token)
})

test('a claim whose answer was lost gives the same session on another try, also after a reload', async () => {
  const { path, sessionId } = await invite(stage, await newInterview(stage))
  await using person = await stage.newPerson()
  const { page } = person
  person.expectErrors(/sessions\.claim|status of 404/)
  await page.route('**/trpc/sessions.claim', async (route) => {
    await route.fetch()
    await route.abort('connectionreset')
  })
  await page.goto(path)
  await page.getByLabel(invitation.name).fill(CANDIDATE)
  await page.getByRole('button', { name: invitation.begin }).click()
  await page.getByRole('alert').waitFor()
  await expect.poll(() => consentsOf(sessionId), WITHIN).toMatchObject({ state: 'precheck' })
  await page.unroute('**/trpc/sessions.claim')
  // The cookie was in the answer that was lost.
  await person.context.clearCookies()
  await page.reload()
  await page.getByRole('heading', { level: 1, name: precheck.title }).waitFor()
  expect(page.url()).toBe(`${stage.url}/s/${sessionId}`)
})

test('a link that was used elsewhere, never existed or is not whole says so', async () => {
  const { path } = await invite(stage, await newInterview(stage))
  await using first = await stage.newPerson()
  await claim(first.page, path)
  await using second = await stage.newPerson()
  second.expectErrors(/status of 40[04]/)
  for (const address of [path, `/join#${'x'.repeat(43)}`, '/join#half']) {
    await second.page.goto('about:blank')
    await second.page.goto(`${stage.url}${address}`)
    await second.page.getByRole('heading', { level: 1, name: invitation.invalid.title }).waitFor()
  }
  await expectAccessible(second.page)
  await takeScreenshots(second.page, 'candidate-invitation-invalid')
  await second.page.goto(`${stage.url}/join`)
  await second.page.getByRole('heading', { level: 1, name: invitation.none.title }).waitFor()
})

test('whoever is signed in is told whose the interview will be', async () => {
  const { path, sessionId } = await invite(stage, await newInterview(stage))
  await using person = await stage.newPerson()
  await logIn(stage, person, 'employee')
  await person.page.goto(path)
  await person.page.getByText(invitation.asUser(stage.accounts.employee.email)).waitFor()
  expect(await person.page.getByLabel(invitation.name).count()).toBe(0)
  await person.page.getByRole('button', { name: invitation.begin }).click()
  await person.page.getByRole('heading', { level: 1, name: precheck.title }).waitFor()
  const [row] = await stage.sql`
    select u.email from sessions s join users u on u.id = s.candidate_id where s.id = ${sessionId}`
  expect(row).toEqual({ email: stage.accounts.employee.email })
})

test('the precheck shows camera, microphone, fullscreen and connection, and keeps what was decided', async () => {
  const interview = await newInterview(stage, { sensors: [...ALL_SENSORS] })
  const { path, sessionId } = await invite(stage, interview)
  await using person = await stage.newPerson()
  const { page } = person
  await claim(page, path)
  await page.getByText(checks.camera.off).first().waitFor()
  await page.getByRole('checkbox', { name: precheck.agree.browser }).check()
  await page.getByRole('checkbox', { name: precheck.agree.camera }).check()
  await page.getByRole('checkbox', { name: precheck.agree.microphone }).check()

  await page.getByRole('button', { name: checks.run(checks.camera.name) }).click()
  const preview = page.getByLabel(checks.camera.preview)
  await expect.poll(() => preview.evaluate((video: HTMLVideoElement) => video.videoWidth)).toBeGreaterThan(0)
  await page.getByRole('button', { name: checks.run(checks.microphone.name) }).click()
  const level = page.getByRole('meter', { name: checks.microphone.level })
  await expect.poll(() => level.evaluate((meter: HTMLMeterElement) => meter.value), WITHIN).toBeGreaterThan(0)
  await page.getByRole('button', { name: checks.run(checks.fullscreen.name) }).click()
  await page.getByText(checks.fullscreen.ok).waitFor()
  await page.getByText(/The server (answers within|takes) \d+ ms/).waitFor()
  await expect.poll(() => page.evaluate(() => document.fullscreenElement === null), WITHIN).toBe(true)
  await expectAccessible(page)
  await takeScreenshots(page, 'candidate-precheck')

  await page.getByRole('button', { name: precheck.submit }).click()
  await page.getByRole('heading', { level: 1, name: ready.title }).waitFor()
  expect(await consentsOf(sessionId)).toEqual({
    state: 'ready',
    consents: { browser: true, camera: true, microphone: true, screen: false },
  })
  const viva = await stage.client('reviewer')
  const events: { type: string; payload: unknown }[] = []
  await using feed = disposable(viva.monitor({ companyId: interview.companyId, sessionId }))
  for await (const event of feed.value.events()) {
    events.push(event)
    if (event.type === 'session.prechecked') break
  }
  expect(events.at(-1)?.payload).toMatchObject({
    device: { checks: { camera: 'ok', microphone: 'ok', fullscreen: 'ok', network: 'ok' } },
  })
  await expectAccessible(page)
  await takeScreenshots(page, 'candidate-ready')

  await page.getByRole('button', { name: ready.change }).click()
  await page.getByRole('checkbox', { name: precheck.agree.camera }).uncheck()
  await page.getByRole('button', { name: precheck.submit }).click()
  await page.getByRole('heading', { level: 1, name: ready.title }).waitFor()
  expect(await consentsOf(sessionId)).toMatchObject({ consents: { camera: false, microphone: true } })
})

test('whoever declines what is required learns what that means and whom to ask', async () => {
  const { path, sessionId } = await invite(stage, await newInterview(stage))
  await using person = await stage.newPerson()
  const { page } = person
  await claim(page, path)
  await page.getByRole('button', { name: precheck.submit }).click()
  await page.getByText(precheck.requiredMissing('Example Company')).waitFor()
  const box = page.getByRole('checkbox', { name: precheck.agree.browser })
  expect(await box.evaluate((element) => element === document.activeElement)).toBe(true)
  expect(await consentsOf(sessionId)).toMatchObject({ state: 'precheck' })
  await expectAccessible(page)
  await agree(page)
})

test('without a camera and a microphone, or without leave to use them, one goes on in writing', async () => {
  const interview = await newInterview(stage, { sensors: [...ALL_SENSORS] })
  const { path } = await invite(stage, interview)
  await using person = await stage.newPerson({ refuses: ['camera', 'microphone'] })
  const { page } = person
  await claim(page, path)
  await page.getByRole('checkbox', { name: precheck.agree.camera }).check()
  await page.getByRole('checkbox', { name: precheck.agree.microphone }).check()
  await page.getByRole('button', { name: checks.run(checks.camera.name) }).click()
  await page.getByText(checks.camera.refused).waitFor()
  await page.getByRole('button', { name: checks.run(checks.microphone.name) }).click()
  await page.getByText(checks.microphone.refused).waitFor()
  await page.getByRole('button', { name: checks.again(checks.camera.name) }).waitFor()
  await expectAccessible(page)
  await agree(page)
})

test('an open interview leads to the log-in and from there into a session of its own', async () => {
  const { interviewId, title } = await newInterview(stage, { open: true })
  await using person = await stage.newPerson()
  const { page } = person
  await page.goto(`/open/${interviewId}`)
  await page.waitForURL(/\/log-in/)
  await page.getByLabel(account.logIn.email).fill(stage.accounts.employee.email)
  await page.getByLabel(account.logIn.password).fill(stage.accounts.employee.password)
  await page.getByRole('button', { name: account.logIn.submit }).click()
  await page.waitForURL(/\/s\//)
  await page.getByText(title).first().waitFor()
  const employee = await stage.client('employee')
  const { items } = await employee.api.sessions.mine.query({})
  expect(items.filter(({ interviewTitle }) => interviewTitle === title)).toHaveLength(1)
})

test('an interview that is not open, and a session that is somebody else’s, are not shown', async () => {
  const { interviewId } = await newInterview(stage)
  const { sessionId } = await invite(stage, await newInterview(stage))
  await using person = await stage.newPerson()
  person.expectErrors(/status of 40[34]/)
  await person.page.goto(`/s/${sessionId}`)
  await person.page.getByRole('heading', { level: 1, name: candidate.gate.title }).waitFor()
  await expectAccessible(person.page)
  await logIn(stage, person, 'employee')
  await person.page.goto(`/open/${interviewId}`)
  await person.page.getByText(candidate.open.gone).waitFor()
  await person.page.goto(`/s/${sessionId}`)
  await person.page.getByRole('heading', { level: 1, name: candidate.gate.notYours }).waitFor()
})

function disposable<Value extends { close(): void }>(value: Value) {
  return {
    value,
    [Symbol.asyncDispose]() {
      value.close()
      return Promise.resolve()
    },
  }
}
