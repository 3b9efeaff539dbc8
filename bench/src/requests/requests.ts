import type { Benchmark } from '../benchmark.ts'
import { startChild } from '../child-process.ts'
import type { BareServer } from '../children/bare-server.ts'
import { SECRET, startViva } from '../children/start-viva.ts'
import { interleave, median, medianRatio } from '../rounds.ts'
import { createHttpLoad, type Target } from './http-load.ts'
import { sessionsGet } from './sessions-get.ts'

/** Connections that ask at the same time. */
const AT_ONCE = 8
/** Before anything is measured: a server runs for weeks, its first thousand calls run before V8 has compiled it. */
const WARM_UP_MS = 5_000

/** An authenticated `sessions.get` through the server that `npm start` runs. */
export const requests: Benchmark = {
  name: 'requests',
  question: 'What does a call cost over the same token check and queries in a bare Fastify route?',
  async run(server) {
    await using database = await server.open()
    await using viva = await startViva(database.url)
    const reviewer = await viva.call('makeReviewer')
    const vivaUrl = await viva.call('url')
    await using bare = await startChild<BareServer>(new URL('../children/bare-server.ts', import.meta.url), {
      DATABASE_URL: database.url,
      VIVA_SECRET: SECRET,
      BENCH_ISSUER: await viva.call('issuer'),
    })
    using load = createHttpLoad()
    const { token, companyId, sessionId } = reviewer
    const bareTarget = {
      url: `${await bare.call('url')}/session?companyId=${companyId}&sessionId=${sessionId}`,
      token,
    }
    let asked = 0
    const perRequest = (child: Pick<typeof bare, 'call'>, target: Target) => async (ms: number) => {
      const before = await child.call('usage')
      const calls = await load.askFor(target, { ms, atOnce: AT_ONCE })
      asked += calls
      return ((await child.call('usage')).cpuUs - before.cpuUs) / calls
    }
    const oursTarget = sessionsGet(vivaUrl, reviewer)
    for (const target of [oursTarget, bareTarget]) {
      await load.askFor(target, { ms: WARM_UP_MS, atOnce: AT_ONCE })
    }
    const [ours, baseline] = await interleave([perRequest(viva, oursTarget), perRequest(bare, bareTarget)], {
      rounds: 9,
      ms: 800,
    })
    return {
      measures: [
        {
          name: 'authenticated `sessions.get` over HTTP ÷ bare Fastify route (CPU per request)',
          value: medianRatio(ours, baseline),
          target: { atMost: 2.5 },
        },
      ],
      raw: {
        'requests measured': asked,
        'µs of CPU per request': Math.round(median(ours)),
        'µs of CPU per request, bare Fastify': Math.round(median(baseline)),
      },
    }
  },
}
