import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Benchmark } from '../benchmark.ts'
import { interleave, median, medianRatio } from '../rounds.ts'
import { gzippedBytes } from './bundle.ts'
import { makeConsumers, typeCheck } from './consumers.ts'

/** What the whole SDK may weigh in a browser bundle, in kB of 1,000 bytes, gzipped. */
const BUDGET_KB = 25
/** What the React binding may add, without React and TanStack Query. */
const REACT_BUDGET_KB = 3
const PROGRAM = `import { createViva } from '@viva/client'; globalThis.viva = createViva();`

/** What an application pays for the SDK: bytes to load, and time to type-check. */
export const sdk: Benchmark = {
  name: 'sdk',
  question:
    'What does the SDK weigh in a browser, and how much longer does a project of its users type-check?',
  async run() {
    const ours = await gzippedBytes(PROGRAM)
    const withReact = await gzippedBytes(
      `${PROGRAM} import * as react from '@viva/client/react'; globalThis.react = react;`,
      ['react', '@tanstack/react-query'],
    )
    // What a project that talks tRPC over HTTP, WebSocket and SSE has anyway.
    const transport = await gzippedBytes(`export {
      createTRPCClient, createWSClient, httpBatchLink, httpLink, httpSubscriptionLink, retryLink, splitLink, wsLink
    } from '@trpc/client'`)
    const folder = mkdtempSync(join(tmpdir(), 'viva-bench-sdk-'))
    try {
      makeConsumers(folder)
      const [consumer, empty] = await interleave(
        [async () => typeCheck(folder, 'consumer'), async () => typeCheck(folder, 'empty')],
        { rounds: 7, ms: 0 },
      )
      return {
        measures: [
          {
            name: 'SDK in a browser bundle, all in, gzipped',
            value: ours / 1000,
            unit: ' kB',
            target: { atMost: BUDGET_KB },
            digits: 1,
          },
          { name: 'the same ÷ `@trpc/client` with its links alone', value: ours / transport },
          {
            name: 'what the React binding adds to it, gzipped',
            value: (withReact - ours) / 1000,
            unit: ' kB',
            target: { atMost: REACT_BUDGET_KB },
            digits: 1,
          },
          {
            name: 'type check of a project that uses the SDK ÷ of an empty one',
            value: medianRatio(consumer, empty),
          },
        ],
        raw: {
          'bytes gzipped': ours,
          'bytes gzipped, with the React binding': withReact,
          'bytes gzipped, @trpc/client with links': transport,
          'ms to type-check a consumer': Math.round(median(consumer)),
          'ms to type-check an empty project': Math.round(median(empty)),
        },
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
