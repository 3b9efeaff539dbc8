import { startTestApp, type TestApp } from '@viva/api/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { memoryStorage, type SessionHandle } from './index.ts'
import { holdSignals } from './testing/hold-signals.ts'
import { startProxy } from './testing/proxy.ts'
import { recordingFetch } from './testing/recording-fetch.ts'
import { type Company, newCompany, quickViva, signedUp, sitDown } from './testing/stage.ts'

let app: TestApp
let company: Company
beforeAll(async () => {
  app = await startTestApp()
  company = await newCompany(app)
})
afterAll(async () => {
  company?.viva.close()
  await app?.close()
})

async function signals(session: SessionHandle): Promise<{ seq: number; kind: string }[]> {
  const rows = await app.db.sql<{ seq: number; kind: string }[]>`
    select (payload ->> 'clientSeq')::int as seq, payload ->> 'kind' as kind from session_events
    where session_id = ${session.id} and type = 'signal.recorded' order by session_events.seq`
  return [...rows]
}

test('go together, numbered without a gap', async () => {
  const { fetch, count } = recordingFetch()
  const viva = quickViva({ url: app.url, fetch })
  const session = await sitDown(viva, company)
  for (let index = 0; index < 10; index += 1) await session.signal('focus_lost')
  expect(count('proctoring.record')).toBe(0)
  await session.flush()
  expect(count('proctoring.record')).toBe(1)
  expect((await signals(session)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  viva.close()
})

test('go by themselves after a while', async () => {
  const { fetch, count } = recordingFetch()
  const viva = quickViva({ url: app.url, fetch })
  const session = await sitDown(viva, company)
  await session.signal('copy')
  await expect.poll(() => session.pending).toBe(0)
  expect(count('proctoring.record')).toBe(1)
  viva.close()
})

test('go at once where there are twenty-five, though their second never ends', async () => {
  const viva = quickViva({ url: app.url })
  const session = await sitDown(viva, company)
  const held = holdSignals()
  await session.signal('copy')
  expect(held()).toBe(1)
  await Promise.all(Array.from({ length: 24 }, () => session.signal('focus_gained')))
  await expect.poll(() => session.pending).toBe(0)
  expect((await signals(session)).length).toBe(25)
  viva.close()
})

test('offline ones come later, without a gap or a step back over two reloads and a lost answer', async () => {
  await using proxy = await startProxy(app.url)
  const storage = memoryStorage()
  const first = quickViva({ url: proxy.url, storage })
  const session = await sitDown(first, company)
  await session.signal('tab_hidden')
  await session.flush()
  proxy.down()
  await session.signal('network_lost')
  first.close()

  const second = quickViva({ url: proxy.url, storage })
  const again = second.session(session.id)
  await again.signal('network_regained')
  const lost = proxy.loseAnswerTo('POST /trpc/proctoring.record')
  proxy.up()
  await lost
  second.close()

  const third = quickViva({ url: proxy.url, storage })
  const last = third.session(session.id)
  await last.signal('tab_visible')
  await last.flush()
  expect(await signals(session)).toEqual([
    { seq: 1, kind: 'tab_hidden' },
    { seq: 2, kind: 'network_lost' },
    { seq: 3, kind: 'network_regained' },
    { seq: 4, kind: 'tab_visible' },
  ])
  const odd = await app.db.sql`
      select type from session_events where session_id = ${session.id} and type in ('signal.gap', 'signal.reordered')`
  expect(odd).toHaveLength(0)
  third.close()
})

test("go on from the server's number where this device has none", async () => {
  const account = { email: 'two.devices@example.com', password: 'correct horse battery' }
  const first = quickViva({ url: app.url })
  await signedUp(first, account)
  const session = await sitDown(first, company)
  await session.signal('copy')
  await session.flush()
  const second = quickViva({ url: app.url })
  await second.logIn(account)
  await second.session(session.id).signal('paste')
  await second.session(session.id).flush()
  expect((await signals(session)).map(({ seq }) => seq)).toEqual([1, 2])
  for (const viva of [first, second]) viva.close()
})

test('one that the server refuses does not take the others with it', async () => {
  const viva = quickViva({ url: app.url, onError: () => undefined })
  const session = await sitDown(viva, company)
  await session.signal('copy')
  await session.signal('copy', { tooLong: 'x'.repeat(3000) })
  await session.signal('paste')
  await session.flush()
  expect((await signals(session)).map(({ kind }) => kind)).toEqual(['copy', 'paste'])
  expect(session.rejected).toMatchObject([{ kind: 'signal', code: 'INVALID_INPUT' }])
  viva.close()
})
