import { DEFAULT_POLICY, newKey, type Policy } from '@viva/client'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { common } from '../src/strings/en/common.ts'
import { editing } from '../src/strings/en/editing.ts'
import { events } from '../src/strings/en/events.ts'
import { policies as strings } from '../src/strings/en/policies.ts'
import { companyOf } from './new-interview.ts'
import {
  expectAccessible,
  logIn,
  loseAnswer,
  type Stage,
  startStage,
  takeScreenshots,
} from './stage/index.ts'

/** A busy machine takes its time. */
const LOADED = { timeout: 30_000 }

let stage: Stage
let companyId: string
beforeAll(async () => {
  stage = await startStage()
  companyId = await companyOf(await stage.client('admin'))
})
afterAll(() => stage?.[Symbol.asyncDispose]())

const { preview } = strings
const list = () => `/c/${companyId}/policies`
const status = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text })
const rule = (page: Page, position: number) => page.getByRole('group', { name: strings.rules.rule(position) })
const consequence = (page: Page, position: number) =>
  page.getByRole('group', { name: strings.consequences.consequence(position) })
const result = (page: Page) => page.getByRole('list', { name: preview.result })

async function newPolicy(name: string): Promise<Policy> {
  const viva = await stage.client('admin')
  return viva.api.proctoring.createPolicy.mutate({
    companyId,
    name,
    rules: DEFAULT_POLICY,
    idempotencyKey: newKey(),
  })
}

async function newest(policyId: string): Promise<Policy | undefined> {
  const viva = await stage.client('admin')
  const { items } = await viva.api.proctoring.listPolicies.query({ companyId })
  return items.find(({ id }) => id === policyId)
}

test('a policy is written, refused at its fields, and saved version by version', async () => {
  await using person = await stage.newPerson()
  await logIn(stage, person, 'hr')
  const { page } = person
  await page.goto(list())
  await page.getByRole('listitem').filter({ hasText: 'Standard' }).getByText(strings.list.rules(5)).waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'policies')
  await page.getByRole('link', { name: strings.list.create }).click()

  const name = page.getByLabel(strings.about.name, { exact: true })
  await page.getByRole('button', { name: strings.rules.add }).click()
  const added = rule(page, 6)
  await added.getByLabel(strings.rules.count).fill('0')
  await page.getByRole('button', { name: common.save }).click()
  await status(page, editing.refusedCount(4)).waitFor()
  expect(await name.evaluate((field) => field === document.activeElement)).toBe(true)
  await added.getByText('At least one is needed.').waitFor()
  await added.getByText('Must be at least 1.').waitFor()
  await page.getByText(preview.waiting).waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'policy-refused')

  await name.fill('Copying')
  await added.getByLabel(events.signals.copy).check()
  await added.getByLabel(strings.rules.count).fill('3')
  await added.getByLabel(strings.rules.window).fill('60')
  await added.getByLabel(strings.rules.severity).selectOption('info')
  await added.getByLabel(strings.rules.message).fill('Text was copied often.')
  await page.getByRole('button', { name: common.save }).click()
  await page.waitForURL(/\/policies\/[\w-]{36}$/)
  await page.getByRole('heading', { level: 1, name: 'Copying' }).waitFor()
  const policyId = page.url().slice(-36)
  const saved = await newest(policyId)
  expect(saved?.rules.rules.slice(0, 5)).toEqual(DEFAULT_POLICY.rules)
  expect(saved?.rules.rules[5]).toMatchObject({
    kinds: ['copy'],
    count: 3,
    windowSeconds: 60,
    severity: 'info',
    message: 'Text was copied often.',
  })
  expect(saved?.rules.consequences).toEqual(DEFAULT_POLICY.consequences)

  await page.getByRole('button', { name: strings.rules.remove(6) }).click()
  await status(page, editing.unsaved).waitFor()
  await page.getByRole('button', { name: common.save }).click()
  await status(page, editing.savedAs(2)).waitFor()
  expect((await newest(policyId))?.rules).toEqual(DEFAULT_POLICY)
  await page.getByRole('link', { name: strings.back }).click()
  await page.getByRole('listitem').filter({ hasText: 'Copying' }).getByText(strings.list.version(2)).waitFor()
})

test('the preview shows live which signals make which strike, and what becomes due when', async () => {
  const { id } = await newPolicy('Tried out')
  await using person = await stage.newPerson()
  await logIn(stage, person, 'hr')
  const { page } = person
  await page.goto(`${list()}/${id}`)

  // Two tab switches in a minute: the second one makes the strike, and the warning is due with it.
  await status(page, preview.summary(1, 1)).waitFor()
  const lines = result(page).getByRole('listitem')
  expect(await lines.count()).toBe(4)
  await lines
    .nth(0)
    .getByText(preview.inStrike([1]))
    .waitFor()
  const second = lines.nth(2)
  await second.getByText(preview.strike(1, 'minor')).waitFor()
  await second.getByText(preview.madeOf(['0:05', '0:48'])).waitFor()
  await second.getByText(preview.due(strings.consequences.actions.warn)).waitFor()
  expect(
    await lines
      .nth(1)
      .getByText(preview.inStrike([1]))
      .count(),
  ).toBe(0)
  await expectAccessible(page)
  await takeScreenshots(page, 'policy-editor')

  // A rule that is changed is tried at once.
  await rule(page, 1).getByLabel(strings.rules.count).fill('3')
  await status(page, preview.summary(0, 0)).waitFor()
  // So is a sample: a third one, and the strike is back.
  await page.getByRole('button', { name: preview.add }).click()
  await status(page, preview.summary(1, 1)).waitFor()
  await lines
    .nth(4)
    .getByText(preview.madeOf(['0:05', '0:48', '1:05']))
    .waitFor()
  // Out of the rule's window it does not count.
  await page.getByLabel(preview.secondsOf(5)).fill('900')
  await status(page, preview.summary(0, 0)).waitFor()
  await page.getByRole('button', { name: preview.remove(5) }).click()
  await expect.poll(() => lines.count(), LOADED).toBe(4)
  expect(
    await page
      .getByLabel(preview.signalOf(4), { exact: true })
      .evaluate((field) => field === document.activeElement),
  ).toBe(true)

  await page.getByRole('button', { name: preview.sampleNames.onePaste }).click()
  await status(page, preview.summary(1, 1)).waitFor()
  await lines.first().getByText('Text was pasted into an answer.').waitFor()
  await page.getByRole('button', { name: preview.sampleNames.nothingSeen }).click()
  await status(page, preview.summary(0, 0)).waitFor()
})

test('a consequence that ends an interview carries a warning, and nothing after it is judged', async () => {
  const { id } = await newPolicy('Strict')
  await using person = await stage.newPerson()
  await logIn(stage, person, 'hr')
  const { page } = person
  await page.goto(`${list()}/${id}`)
  await page.getByRole('button', { name: preview.sampleNames.manySignals }).click()
  await consequence(page, 3).getByLabel(strings.consequences.strikes).waitFor()
  expect(await page.getByText(strings.consequences.endTitle).count()).toBe(0)
  await consequence(page, 3).getByLabel(strings.consequences.action).selectOption('end')
  await consequence(page, 3).getByRole('status').getByText(strings.consequences.endTitle).waitFor()
  await result(page).getByText(preview.due(strings.consequences.actions.end)).waitFor()
  expect(await result(page).getByText(preview.notJudged).count()).toBe(2)
  await expectAccessible(page)
  await takeScreenshots(page, 'policy-that-ends')

  await page.getByRole('button', { name: strings.consequences.remove(3) }).click()
  await expect.poll(() => result(page).getByText(preview.notJudged).count(), LOADED).toBe(0)
  expect(
    await consequence(page, 2)
      .getByLabel(strings.consequences.strikes)
      .evaluate((field) => field === document.activeElement),
  ).toBe(true)
})

test('when somebody else saved the policy meanwhile, nothing typed is lost', async () => {
  const policy = await newPolicy('Shared')
  await using person = await stage.newPerson()
  person.expectErrors(/409|revisePolicy/)
  await logIn(stage, person, 'hr')
  const { page } = person
  await page.goto(`${list()}/${policy.id}`)
  const message = rule(page, 1).getByLabel(strings.rules.message)
  await message.fill('Mine.')
  const viva = await stage.client('admin')
  const [first, ...rest] = DEFAULT_POLICY.rules
  if (!first) throw new Error('the standard rules are there')
  await viva.api.proctoring.revisePolicy.mutate({
    companyId,
    policyId: policy.id,
    baseVersion: 1,
    rules: { ...DEFAULT_POLICY, rules: [{ ...first, message: 'Theirs.' }, ...rest] },
  })
  await page.getByRole('button', { name: common.save }).click()
  await page.getByRole('alert').getByText(editing.conflict.title(2)).waitFor()
  await page.getByRole('button', { name: editing.conflict.look }).click()
  const dialog = page.getByRole('dialog', { name: strings.list.version(2) })
  await dialog.getByText('Theirs.').waitFor()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: common.close }).click()
  await page.getByRole('button', { name: editing.conflict.load }).click()
  await expect.poll(() => message.inputValue(), LOADED).toBe('Theirs.')
  await page.getByRole('button', { name: editing.conflict.backToMine }).click()
  await expect.poll(() => message.inputValue(), LOADED).toBe('Mine.')
  await page.getByRole('button', { name: common.save }).click()
  await status(page, editing.savedAs(3)).waitFor()
  expect((await newest(policy.id))?.rules.rules[0]?.message).toBe('Mine.')
})

test('a save whose answer was lost is no conflict with itself when it is tried again', async () => {
  const policy = await newPolicy('Saved once')
  await using person = await stage.newPerson()
  person.expectErrors(/revisePolicy/)
  await logIn(stage, person, 'hr')
  const { page } = person
  await page.goto(`${list()}/${policy.id}`)
  await rule(page, 1).getByLabel(strings.rules.message).fill('Mine.')
  await loseAnswer(page, 'proctoring.revisePolicy')
  await page.getByRole('button', { name: common.save }).click()
  await page.getByRole('alert').getByText(common.somethingFailed).waitFor()
  await page.getByRole('button', { name: common.save }).click()
  await status(page, editing.savedAs(2)).waitFor()
  expect((await newest(policy.id))?.rules.rules[0]?.message).toBe('Mine.')
})

test('a reviewer reads a policy and tries it, and cannot change it', async () => {
  const { id } = await newPolicy('Read only')
  await using person = await stage.newPerson()
  await logIn(stage, person, 'reviewer')
  const { page } = person
  await page.goto(`${list()}/${id}`)
  await page.getByText(strings.readOnly).waitFor()
  await page
    .getByText(DEFAULT_POLICY.rules[0]?.message ?? '')
    .first()
    .waitFor()
  expect(await page.getByRole('button', { name: common.save }).count()).toBe(0)
  await page.getByRole('button', { name: preview.sampleNames.onePaste }).click()
  await result(page).getByText(preview.strike(1, 'minor')).waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'policy-read-only')
  await page.goto(`${list()}/new`)
  await page.getByText(editing.forbidden.title).waitFor()
  await page.goto(`${list()}/00000000-0000-4000-8000-000000000000`)
  await page.getByText(strings.notFoundTitle).waitFor()
  await expectAccessible(page)
})
