import { newKey } from '@viva/client'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { common } from '../src/strings/en/common.ts'
import { editing } from '../src/strings/en/editing.ts'
import { interviews as strings } from '../src/strings/en/interviews.ts'
import { companyOf, newInterview } from './new-interview.ts'
import { expectAccessible, logIn, type Stage, startStage, takeScreenshots } from './stage/index.ts'

/** A busy machine takes its time. */
const LOADED = { timeout: 30_000 }

let stage: Stage
let companyId: string
beforeAll(async () => {
  stage = await startStage()
  companyId = await companyOf(await stage.client('admin'))
})
afterAll(() => stage?.[Symbol.asyncDispose]())

const DEMO = 'Backend engineer: first conversation'
const list = () => `/c/${companyId}/interviews`
const status = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text })
const save = (page: Page) => page.getByRole('button', { name: common.save }).click()

test('the list shows each interview with its versions, whether it is open, and the ways on', async () => {
  await newInterview(await stage.client('hr'), { title: 'A draft', questions: ['Why?'] })
  await using person = await stage.newPerson()
  await logIn(stage, person, 'hr')
  const { page } = person
  await page.goto(list())
  const demo = page.getByRole('listitem').filter({ hasText: DEMO })
  await demo.getByText(strings.list.published(1)).waitFor()
  await demo.getByText(strings.list.open).waitFor()
  await demo.getByText(strings.list.questions(4)).waitFor()
  const draft = page.getByRole('listitem').filter({ hasText: 'A draft' })
  await draft.getByText(strings.list.draft(1)).waitFor()
  expect(await draft.getByRole('link', { name: strings.list.invite }).count()).toBe(0)
  await expectAccessible(page)
  await takeScreenshots(page, 'interviews')

  await demo.getByRole('button', { name: strings.list.copyOpenLink(DEMO) }).click()
  await demo.getByText(common.copied).waitFor()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toMatch(new RegExp(`^${stage.url}/open/[\\w-]{36}$`))

  await demo.getByRole('link', { name: strings.list.inviteTo(DEMO) }).click()
  await page.waitForURL(new RegExp(`/c/${companyId}/sessions\\?.*invite=${copied.slice(-36)}`))
})

test('a long list comes page by page, and loses none', async () => {
  const viva = await stage.client('admin')
  const company = await viva.api.companies.create.mutate({ name: 'Long Lists', idempotencyKey: newKey() })
  for (let number = 1; number <= 23; number += 1) {
    await viva.api.interviews.create.mutate({
      companyId: company.id,
      definition: {
        title: `Interview ${number}`,
        questions: [{ id: 'why', kind: 'fixed', text: 'Why?' }],
        limits: { totalSeconds: 900, questionSeconds: 120 },
      },
      idempotencyKey: newKey(),
    })
  }
  await using person = await stage.newPerson()
  await logIn(stage, person, 'admin')
  const { page } = person
  await page.goto(`/c/${company.id}/interviews`)
  const rows = page.getByRole('list', { name: strings.list.label }).getByRole('listitem')
  await expect.poll(() => rows.count(), LOADED).toBe(20)
  await page.getByRole('button', { name: common.more }).click()
  await expect.poll(() => rows.count(), LOADED).toBe(23)
  await page.getByRole('link', { name: 'Interview 1', exact: true }).waitFor()
})

test('an interview is written, refused at its fields, saved as a draft, and published', async () => {
  await using person = await stage.newPerson()
  await logIn(stage, person, 'hr')
  const { page } = person
  await page.goto(list())
  await page.getByRole('link', { name: strings.list.create }).click()
  await page.getByRole('heading', { level: 1, name: strings.newTitle }).waitFor()

  await save(page)
  const title = page.getByLabel(strings.about.name, { exact: true })
  await status(page, editing.refusedCount(2)).waitFor()
  expect(await title.getAttribute('aria-invalid')).toBe('true')
  expect(await title.evaluate((field) => field === document.activeElement)).toBe(true)
  await expectAccessible(page)
  await takeScreenshots(page, 'interview-refused')

  await title.fill('Night nurse')
  await page.getByLabel(strings.about.introduction).fill('Two questions, ten minutes.')
  await page.getByLabel(strings.plan.words).fill('Why the night?')
  await page.getByRole('button', { name: strings.plan.add }).click()
  const second = page.getByRole('group', { name: strings.plan.question(2) })
  await second.getByLabel(strings.plan.kind).selectOption('ai')
  await second.getByLabel(strings.plan.topic).fill('handing over a ward')
  await second.getByLabel(strings.plan.difficulty).selectOption('hard')
  await second.getByLabel(strings.plan.seconds).fill('5')
  await second.getByLabel(strings.plan.followUps).selectOption('2')
  await page.getByRole('button', { name: strings.rubric.add }).click()
  const criterion = page.getByRole('group', { name: strings.rubric.criterion(1) })
  await criterion.getByLabel(strings.rubric.name, { exact: true }).fill('Care')
  await criterion.getByLabel(strings.rubric.weight).fill('2.5')
  await criterion.getByLabel(strings.rubric.anchor(1)).fill('Does not ask.')
  await page.getByLabel(strings.limits.total).fill('600')
  await page.getByLabel(strings.sensors.names.camera).selectOption('required')
  await page.getByText(strings.sensors.requiredNote).waitFor()
  await save(page)
  await second.getByText('Must be at least 10.').waitFor()
  await status(page, editing.refusedCount(2)).waitFor()
  await second.getByLabel(strings.plan.seconds).fill('240')
  await criterion.getByLabel(strings.rubric.anchor(5)).fill('Asks, and acts on it.')
  await save(page)

  await page.waitForURL(/\/interviews\/[\w-]{36}$/)
  await page.getByRole('heading', { level: 1, name: 'Night nurse' }).waitFor()
  await status(page, editing.savedAs(1)).waitFor()
  const interviewId = page.url().slice(-36)
  const viva = await stage.client('hr')
  const saved = await viva.api.interviews.get.query({ companyId, interviewId })
  expect(saved.definition).toMatchObject({
    title: 'Night nurse',
    introduction: 'Two questions, ten minutes.',
    questions: [
      { kind: 'fixed', text: 'Why the night?', maxFollowUps: 0 },
      { kind: 'ai', topic: 'handing over a ward', difficulty: 'hard', seconds: 240, maxFollowUps: 2 },
    ],
    rubric: [
      {
        name: 'Care',
        weight: 2.5,
        anchors: [
          { score: 1, behaviour: 'Does not ask.' },
          { score: 5, behaviour: 'Asks, and acts on it.' },
        ],
      },
    ],
    limits: { totalSeconds: 600, questionSeconds: 300 },
    sensors: [
      { sensor: 'browser', required: false },
      { sensor: 'camera', required: true },
    ],
    open: false,
  })
  expect(saved.publishedVersion).toBe(null)
  await expectAccessible(page)
  await takeScreenshots(page, 'interview-editor')

  await page.getByText(strings.versions.none).waitFor()
  await page.getByRole('button', { name: strings.versions.publish(1) }).click()
  await status(page, strings.versions.publishedNow(1)).waitFor()

  await page.getByLabel(strings.about.name, { exact: true }).fill('Night nurse, ward 3')
  await page.getByLabel(strings.sharing.open).check()
  await status(page, editing.unsaved).waitFor()
  await save(page)
  await status(page, editing.savedAs(2)).waitFor()
  await page.getByText(strings.list.published(1)).waitFor()
  await page.getByText(strings.list.draft(2)).waitFor()
  expect(await page.getByRole('textbox', { name: strings.sharing.link }).inputValue()).toBe(
    `${stage.url}/open/${interviewId}`,
  )
  await page.getByRole('button', { name: strings.versions.publish(2) }).click()
  await status(page, strings.versions.publishedNow(2)).waitFor()

  // An older version can be looked at, and published again.
  const versions = page.getByRole('region', { name: strings.versions.title })
  await versions.getByRole('combobox').selectOption('1')
  await page.getByRole('button', { name: strings.versions.look }).click()
  const dialog = page.getByRole('dialog', { name: strings.versions.shown(1) })
  await dialog.getByText('Night nurse', { exact: true }).waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'interview-version')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: strings.versions.publish(1) }).click()
  await status(page, strings.versions.publishedNow(1)).waitFor()
  await page.getByRole('link', { name: strings.sharing.invite }).click()
  await page.waitForURL(new RegExp(`/sessions\\?.*invite=${interviewId}`))
})

test('a team lead saves and does not publish; an employee and a reviewer read', async () => {
  const { id } = await newInterview(await stage.client('hr'), {
    title: 'Read by many',
    questions: ['What do you read?'],
    publish: true,
  })
  await using lead = await stage.newPerson()
  await logIn(stage, lead, 'team_lead')
  await lead.page.goto(`${list()}/${id}`)
  await lead.page.getByText(strings.versions.mayNotPublish).waitFor()
  expect(await lead.page.getByRole('button', { name: strings.versions.publish(1) }).count()).toBe(0)

  for (const role of ['employee', 'reviewer'] as const) {
    await using person = await stage.newPerson()
    await logIn(stage, person, role)
    const { page } = person
    await page.goto(list())
    await page.getByRole('link', { name: 'Read by many', exact: true }).waitFor()
    expect(await page.getByRole('link', { name: strings.list.create }).count()).toBe(0)
    await page.getByRole('link', { name: 'Read by many', exact: true }).click()
    await page.getByText('What do you read?').waitFor()
    await page.getByText(strings.overview.readOnly).waitFor()
    expect(await page.getByRole('button', { name: common.save }).count()).toBe(0)
    await expectAccessible(page)
    await takeScreenshots(page, `interview-read-by-${role}`)
    await page.goto(`${list()}/new`)
    await page.getByText(editing.forbidden.title).waitFor()
    await expectAccessible(page)
  }
})

test('an interview that is not there, and a server that does not answer, are said', async () => {
  await using person = await stage.newPerson()
  await logIn(stage, person, 'hr')
  const { page } = person
  person.expectErrors(/404|ERR_FAILED|interviews\.(get|list)/)
  await page.goto(`${list()}/00000000-0000-4000-8000-000000000000`)
  await page.getByRole('alert').getByText(common.somethingFailed).waitFor()
  await expectAccessible(page)
  await page.route('**/trpc/interviews.list*', (route) =>
    route.fulfill({ status: 403, contentType: 'application/json', body: '{}' }),
  )
  await page.goto(list())
  await page.getByRole('alert').getByText(common.somethingFailed).waitFor()
  await page.unroute('**/trpc/interviews.list*')
  await page.getByRole('button', { name: common.tryAgain }).click()
  await page.getByRole('link', { name: DEMO, exact: true }).waitFor()
})
