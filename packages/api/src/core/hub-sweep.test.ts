import { expect, test } from 'vitest'
import { candidateOf, startTestApp } from '../testing/index.ts'
import { sweepDatabase } from './hub-sweep.ts'

test('a head that no number of JavaScript can be does not keep the sweep from the other streams', async () => {
  await using app = await startTestApp()
  const [forged, other] = [await candidateOf(app), await candidateOf(app)]
  const huge = '9223372036854775807'
  await app.db.sql`update session_heads set seq = ${huge}::bigint where session_id = ${forged.sessionId}`
  const sweep = sweepDatabase(app.db)
  const swept = await sweep([`session:${forged.sessionId}`, `session:${other.sessionId}`])
  expect(swept.map(({ stream }) => stream)).toContain(`session:${other.sessionId}`)
})
