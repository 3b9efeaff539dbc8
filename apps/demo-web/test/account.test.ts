import { afterAll, beforeAll, expect, test } from 'vitest'
import { account } from '../src/strings/en/account.ts'
import { common } from '../src/strings/en/common.ts'
import { expectAccessible, logIn, type Stage, startStage, takeScreenshots } from './stage/index.ts'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

/** Not one of the demo's. */
const NEWCOMER = { name: 'Nora Newcomer', email: 'newcomer@example.com', password: 'a long enough password' }

test('the landing page signs a demo person in by one click and leads to their work', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  await page.goto('/')
  await page.getByRole('heading', { level: 1, name: account.landing.title }).waitFor()
  await page.getByRole('button', { name: /Rosa Reviewer/ }).waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'landing')
  await page.getByRole('button', { name: /Log in as Rosa Reviewer/ }).click()
  await page.waitForURL(/\/c\/[\w-]+\/sessions$/)

  const menu = page.getByRole('button', { name: 'Rosa Reviewer', exact: true })
  await menu.click()
  await page.getByRole('menuitem', { name: /Example Company/ }).waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'user-menu')
  await page.keyboard.press('Escape')
  // Not from the sessions, which are asked for again and again: one of these questions could come after the log-out.
  await page.goto('/account')
  await page.getByRole('heading', { level: 1, name: account.account.title }).waitFor()
  await menu.press('Enter')
  await page.getByRole('menuitem', { name: common.nav.logOut }).press('Enter')
  await page.waitForURL(`${stage.url}/`)
  await page.getByRole('link', { name: account.logIn.title }).first().waitFor()
})

test('whoever signs up is signed in, makes a company and becomes its admin, and stays signed in over a reload', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  await page.goto('/sign-up')
  await page.getByLabel(account.signUp.name).fill(NEWCOMER.name)
  await page.getByLabel(account.signUp.email).fill(NEWCOMER.email)
  await page.getByLabel(account.signUp.password).fill(NEWCOMER.password)
  await expectAccessible(page)
  await takeScreenshots(page, 'sign-up')
  await page.getByRole('button', { name: account.signUp.submit }).click()
  await page.waitForURL('**/account')
  await page.getByText(account.account.noCompanies).waitFor()

  await page.getByRole('link', { name: account.account.newCompany }).click()
  await page.getByLabel(account.newCompany.name).fill('Newcomer Works')
  await expectAccessible(page)
  await takeScreenshots(page, 'new-company')
  await page.getByRole('button', { name: account.newCompany.submit }).click()
  await page.waitForURL(/\/c\/[\w-]+\/interviews$/)

  await page.goto('/account')
  await page.getByRole('link', { name: /Newcomer Works.*Admin/ }).waitFor()
  await page.reload()
  await page.getByRole('link', { name: /Newcomer Works.*Admin/ }).waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'account')
})

test('a wrong password is refused in words, and a protected page leads to the log-in and back', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  await page.goto('/account')
  await page.waitForURL(/\/log-in\?next=/)
  const { email, password } = stage.accounts.hr
  await page.getByLabel(account.logIn.email).fill(email)
  await page.getByLabel(account.logIn.password).fill('not the password at all')
  // The browser writes every answer above 399 to the console.
  person.expectErrors(/auth\.logIn|401/)
  await page.getByRole('button', { name: account.logIn.submit }).click()
  await page.getByRole('alert').getByText('E-mail or password is wrong.').waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'log-in')
  await page.getByLabel(account.logIn.password).fill(password)
  await page.getByRole('button', { name: account.logIn.submit }).click()
  await page.waitForURL('**/account')
})

test('the log-in does not lead to another site', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  await page.goto('/log-in?next=%2F%2Fexample.org%2Fevil')
  await page.getByLabel(account.logIn.email).fill(stage.accounts.hr.email)
  await page.getByLabel(account.logIn.password).fill(stage.accounts.hr.password)
  await page.getByRole('button', { name: account.logIn.submit }).click()
  await page.waitForURL(/\/c\/[\w-]+\/sessions$/)
  expect(new URL(page.url()).origin).toBe(stage.url)
})

test('a device that is signed out from another one is out, and logging out everywhere ends both', async () => {
  await using laptop = await stage.newPerson()
  await using phone = await stage.newPerson({ userAgent: 'Mozilla/5.0 (iPhone) AppleWebKit Safari/605' })
  await logIn(stage, laptop, 'team_lead')
  await logIn(stage, phone, 'team_lead')
  await laptop.page.goto('/account')
  const signOutPhone = laptop.page.getByRole('button', {
    name: account.account.signOutDevice('Safari on iPhone'),
  })
  await signOutPhone.click()
  await signOutPhone.waitFor({ state: 'detached' })
  await phone.page.goto('/account')
  phone.expectErrors(/auth\.refresh|401/)
  await phone.page.waitForURL(/\/log-in/)

  await laptop.page.getByRole('button', { name: account.account.everywhere }).click()
  await laptop.page.getByRole('dialog').getByRole('button', { name: account.account.everywhere }).click()
  await laptop.page.waitForURL(`${stage.url}/`)
  await laptop.page.goto('/account')
  await laptop.page.waitForURL(/\/log-in/)
})

test('where the server cannot be reached the page says so and goes on once it can be', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  await logIn(stage, person, 'hr')
  await page.route('**/trpc/auth.refresh*', (route) => route.abort('connectionrefused'))
  person.expectErrors(/ERR_CONNECTION_REFUSED/)
  await page.goto('/account')
  await page.getByRole('alert').getByText(common.unreachable.title, { exact: true }).waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'unreachable')
  await page.unrouteAll()
  await page.getByRole('button', { name: common.tryAgain }).click()
  await page.getByRole('heading', { level: 1, name: account.account.title }).waitFor()
})

test('an address that leads nowhere says so, with a way home', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  await page.goto('/no/such/page')
  await page.getByRole('heading', { level: 1, name: common.notFound.title }).waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'not-found')
  await page.getByRole('link', { name: common.notFound.home }).click()
  await page.getByRole('heading', { level: 1, name: account.landing.title }).waitFor()
})
