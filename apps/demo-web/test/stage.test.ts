import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectAccessible, logIn, type Stage, startStage } from './stage/index.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

test('an error in the console fails the test of whoever saw it', async () => {
  const person = await stage.newPerson()
  await person.page.goto('/')
  await person.page.evaluate("console.error('a planted error')")
  await expect(person[Symbol.asyncDispose]()).rejects.toThrow('a planted error')
})

test('an error that nobody caught fails the test', async () => {
  const person = await stage.newPerson()
  await person.page.goto('/')
  await person.page.evaluate(() => setTimeout(() => Promise.reject(new Error('a planted rejection'))))
  await expect.poll(() => person.complaints().join()).toContain('a planted rejection')
  await expect(person[Symbol.asyncDispose]()).rejects.toThrow('a planted rejection')
})

test('a request that failed, a policy that was violated and an announced error are told apart', async () => {
  const person = await stage.newPerson()
  const { page } = person
  await page.route('**/planted', (route) =>
    route.fulfill({
      contentType: 'text/html',
      headers: { 'content-security-policy': "script-src 'none'" },
      body: '<!doctype html><title>Planted</title><script>document.title = "ran"</script>',
    }),
  )
  await page.goto('/planted')
  await page.route('**/cut', (route) => route.abort('connectionrefused'))
  await page.evaluate(() => fetch('/cut').catch(() => undefined))
  person.expectErrors(/ERR_CONNECTION_REFUSED/)
  expect(person.complaints().length).toBeGreaterThan(0)
  for (const complaint of person.complaints()) expect(complaint).toMatch(/script-src/)
  await expect(person[Symbol.asyncDispose]()).rejects.toThrow('policy violated: script-src-elem')
})

test('two people share nothing, and each of them may be somebody of the demo', async () => {
  await using one = await stage.newPerson()
  await using other = await stage.newPerson()
  await logIn(stage, one, 'reviewer')
  await other.page.goto('/')
  expect((await one.context.cookies()).map(({ httpOnly }) => httpOnly)).toEqual([true])
  expect(await other.context.cookies()).toEqual([])
})

test('a server that was killed comes back with its data', async () => {
  const viva = await stage.client('admin')
  await stage.kill()
  await expect(fetch(stage.url)).rejects.toThrow()
  await stage.restart()
  const { memberships } = await viva.api.auth.me.query()
  expect(memberships).toHaveLength(1)
  const [row] = await stage.sql`select count(*)::int as companies from companies`
  expect(row).toEqual({ companies: 1 })
})

test('the camera and the microphone are fake, and allowed', async () => {
  await using person = await stage.newPerson()
  await person.page.goto('/')
  const tracks = await person.page.evaluate(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
    const kinds = stream.getTracks().map(({ kind }) => kind)
    for (const track of stream.getTracks()) track.stop()
    return kinds.sort()
  })
  expect(tracks).toEqual(['audio', 'video'])
})

test('somebody who refuses the camera is asked for it in vain', async () => {
  await using person = await stage.newPerson({ refuses: ['camera'] })
  await person.page.goto('/')
  const names = await person.page.evaluate(async () => {
    const { mediaDevices } = navigator
    const camera = await mediaDevices.getUserMedia({ video: true }).catch((error: Error) => error.name)
    const microphone = await mediaDevices.getUserMedia({ audio: true }).catch((error: Error) => error.name)
    return [camera, microphone].map((found) => (typeof found === 'string' ? found : 'allowed'))
  })
  expect(names).toEqual(['NotAllowedError', 'allowed'])
})

test('a tab in front of a real one hides it', async () => {
  await using person = await stage.newPerson({ realTabs: true })
  const { page, context } = person
  await page.goto(stage.url)
  expect(await page.evaluate(() => document.visibilityState)).toBe('visible')
  const other = await context.newPage()
  await other.bringToFront()
  await expect.poll(() => page.evaluate(() => document.visibilityState)).toBe('hidden')
  await page.bringToFront()
  await expect.poll(() => page.evaluate(() => document.visibilityState)).toBe('visible')
})

test('a page is accessible only if it is in light and in dark', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  await page.route('**/planted', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><html lang="en"><title>Planted</title>
        <style>@media (prefers-color-scheme: dark) { body { background: #222; color: #333 } }</style>
        <main><h1>Hard to read at night</h1></main>`,
    }),
  )
  await page.goto('/planted')
  await expect(expectAccessible(page)).rejects.toThrow('dark: color-contrast at h1')
  await expect(expectAccessible(page)).rejects.not.toThrow('light: color-contrast')
})
