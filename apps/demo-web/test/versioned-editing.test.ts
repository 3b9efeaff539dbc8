import { afterAll, beforeAll, expect, test } from 'vitest'
import { common } from '../src/strings/en/common.ts'
import { editing } from '../src/strings/en/editing.ts'
import { interviews as strings } from '../src/strings/en/interviews.ts'
import { policies } from '../src/strings/en/policies.ts'
import { newInterview } from './new-interview.ts'
import {
  expectAccessible,
  logIn,
  loseAnswer,
  type Person,
  type Stage,
  startStage,
  takeScreenshots,
} from './stage/index.ts'
import { WITHIN } from './stage/sitting.ts'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

/** Opens the editor of a new interview, and gives a way for somebody else to save a version of it. */
async function openEditor(person: Person) {
  const viva = await stage.client('admin')
  const { id: interviewId, companyId } = await newInterview(viva, { title: 'Shared', questions: ['Why?'] })
  await logIn(stage, person, 'hr')
  const { page } = person
  await page.goto(`/c/${companyId}/interviews/${interviewId}`)
  const title = page.getByLabel(strings.about.name, { exact: true })
  await title.waitFor()
  return {
    page,
    title,
    introduction: page.getByLabel(strings.about.introduction),
    status: (text: string) => page.getByRole('status').filter({ hasText: text }),
    saveButton: page.getByRole('button', { name: common.save }),
    newest: () => viva.api.interviews.get.query({ companyId, interviewId }),
    async editElsewhere(newTitle: string) {
      const { definition, version } = await viva.api.interviews.get.query({ companyId, interviewId })
      await viva.api.interviews.edit.mutate({
        companyId,
        interviewId,
        baseVersion: version,
        definition: { ...definition, title: newTitle },
      })
    },
  }
}

test('when somebody else saved meanwhile, both versions are kept until one is chosen', async () => {
  await using person = await stage.newPerson()
  const { page, title, introduction, status, saveButton, newest, editElsewhere } = await openEditor(person)
  person.expectErrors(/409|interviews\.edit/)
  await editElsewhere('Theirs')
  await title.fill('Mine')
  await introduction.fill('Typed by me.')
  await saveButton.click()

  const notice = page.getByRole('alert').filter({ hasText: editing.conflict.title(2) })
  await notice.waitFor()
  await expect.poll(() => notice.evaluate((element) => element === document.activeElement), WITHIN).toBe(true)
  expect(await title.inputValue()).toBe('Mine')
  await expectAccessible(page)
  await takeScreenshots(page, 'interview-conflict')

  await notice.getByRole('button', { name: editing.conflict.look }).click()
  const dialog = page.getByRole('dialog', { name: strings.versions.shown(2) })
  await dialog.getByText('Theirs', { exact: true }).waitFor()
  await dialog.getByRole('button', { name: common.close }).click()

  await notice.getByRole('button', { name: editing.conflict.load }).click()
  await expect.poll(() => title.inputValue(), WITHIN).toBe('Theirs')
  expect(await introduction.inputValue()).toBe('')
  await page.getByText(editing.conflict.loadedText).waitFor()
  await page.getByRole('button', { name: editing.conflict.backToMine }).click()
  await expect.poll(() => title.inputValue(), WITHIN).toBe('Mine')
  expect(await introduction.inputValue()).toBe('Typed by me.')
  await status(editing.unsaved).waitFor()

  await saveButton.click()
  await status(editing.savedAs(3)).waitFor()
  const { version, definition } = await newest()
  expect({ version, title: definition.title, introduction: definition.introduction }).toEqual({
    version: 3,
    title: 'Mine',
    introduction: 'Typed by me.',
  })
})

test('mine can be saved over theirs at once, also when a third one comes between', async () => {
  await using person = await stage.newPerson()
  const { page, title, status, saveButton, newest, editElsewhere } = await openEditor(person)
  person.expectErrors(/409|interviews\.edit/)
  await editElsewhere('Theirs')
  await title.fill('Mine')
  await saveButton.click()
  await page.getByText(editing.conflict.title(2)).waitFor()
  await editElsewhere('A third')
  await page.getByRole('button', { name: editing.conflict.saveMine(3) }).click()
  await page.getByText(editing.conflict.title(3)).waitFor()
  await page.getByRole('button', { name: editing.conflict.saveMine(4) }).click()
  await status(editing.savedAs(4)).waitFor()
  expect((await newest()).definition.title).toBe('Mine')
  expect(await page.getByText(editing.conflict.text).count()).toBe(0)
})

test('a save that does not reach the server loses nothing, and can be tried again', async () => {
  await using person = await stage.newPerson()
  const { page, title, status, saveButton, newest } = await openEditor(person)
  person.expectErrors(/ERR_INTERNET_DISCONNECTED|interviews\.edit/)
  await title.fill('Written offline')
  await person.context.setOffline(true)
  await saveButton.click()
  await page.getByRole('alert').getByText(common.somethingFailed).waitFor()
  expect(await title.inputValue()).toBe('Written offline')
  await person.context.setOffline(false)
  await saveButton.click()
  await status(editing.savedAs(2)).waitFor()
  expect((await newest()).definition.title).toBe('Written offline')
})

test('a save whose answer was lost is no conflict with itself when it is tried again', async () => {
  await using person = await stage.newPerson()
  const { page, title, status, saveButton, newest } = await openEditor(person)
  person.expectErrors(/interviews\.edit|409/)
  await title.fill('Saved once')
  await loseAnswer(page, 'interviews.edit')
  await saveButton.click()
  await page.getByRole('alert').getByText(common.somethingFailed).waitFor()
  await saveButton.click()
  await status(editing.savedAs(2)).waitFor()
  expect(await newest()).toMatchObject({ latestVersion: 2, definition: { title: 'Saved once' } })

  // What is changed before it is tried again is another edit, of a version that is not the newest any more.
  await title.fill('Saved, but not seen')
  await loseAnswer(page, 'interviews.edit')
  await saveButton.click()
  await page.getByRole('alert').getByText(common.somethingFailed).waitFor()
  await title.fill('Changed before the retry')
  await saveButton.click()
  await page.getByRole('button', { name: editing.conflict.saveMine(4) }).click()
  await status(editing.savedAs(4)).waitFor()
  expect((await newest()).definition.title).toBe('Changed before the retry')
})

test('unsaved changes are not left behind without a question', async () => {
  await using person = await stage.newPerson()
  const { page, title, status, saveButton } = await openEditor(person)
  const here = page.url()
  // Nothing changed: the way is free.
  await page.getByRole('link', { name: strings.back }).click()
  await page.getByRole('heading', { level: 1, name: strings.list.title }).waitFor()
  await page.goBack()

  await title.fill('Half a thought')
  await status(editing.unsaved).waitFor()
  await page.getByRole('link', { name: strings.back }).click()
  const question = page.getByRole('dialog', { name: editing.leave.title })
  await question.waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'leave-unsaved')
  await question.getByRole('button', { name: editing.leave.stay }).click()
  await question.waitFor({ state: 'detached' })
  expect(page.url()).toBe(here)
  expect(await title.inputValue()).toBe('Half a thought')

  // The browser's own question, before the page is closed or loaded anew.
  const asked = page.waitForEvent('dialog')
  const reload = page.evaluate(() => location.reload())
  const dialog = await asked
  expect(dialog.type()).toBe('beforeunload')
  await dialog.dismiss()
  await reload
  expect(await title.inputValue()).toBe('Half a thought')

  await page.getByRole('link', { name: strings.back }).click()
  await question.getByRole('button', { name: editing.leave.leave }).click()
  await page.getByRole('heading', { level: 1, name: strings.list.title }).waitFor()

  await page.goBack()
  await title.fill('A whole thought')
  await saveButton.click()
  await status(editing.savedAs(2)).waitFor()
  await page.getByRole('link', { name: strings.back }).click()
  await page.getByRole('heading', { level: 1, name: strings.list.title }).waitFor()
})

test('an interview keeps the version of its policy, and shows that there is a newer one', async () => {
  await using person = await stage.newPerson()
  const viva = await stage.client('admin')
  const { page, title, status, saveButton, newest } = await openEditor(person)
  const { companyId, definition } = await newest()
  const { items } = await viva.api.proctoring.listPolicies.query({ companyId })
  const policy = items.find(({ id }) => id === definition.policy.policyId)
  if (!policy) throw new Error('the interview has a policy')
  await viva.api.proctoring.revisePolicy.mutate({
    companyId,
    policyId: policy.id,
    baseVersion: policy.version,
    rules: policy.rules,
  })
  await page.reload()
  await page.getByText(strings.policy.newer(2)).waitFor()
  await expectAccessible(page)
  await title.fill('Still on the older one')
  await saveButton.click()
  await status(editing.savedAs(2)).waitFor()
  expect((await newest()).definition.policy.version).toBe(1)
  await page.getByRole('button', { name: strings.policy.takeNewer(2) }).click()
  await page.getByText(strings.policy.newer(2)).waitFor({ state: 'detached' })
  await saveButton.click()
  await status(editing.savedAs(3)).waitFor()
  expect((await newest()).definition.policy.version).toBe(2)
  await page.getByRole('link', { name: strings.policy.openOne }).click()
  await page.getByText(policies.keepVersion).waitFor()
})
