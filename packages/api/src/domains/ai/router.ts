import type { Page, Run } from '../../contract/index.ts'
import { listRunsInput, runStreamInput } from '../../contract/schemas/ai.ts'
import { output } from '../../trpc/output.ts'
import { companyProcedure, sessionProcedure } from '../../trpc/procedures.ts'
import { trackedStream } from '../../trpc/tracked.ts'
import { runs } from './runs.ts'
import { stream } from './stream.ts'

export const aiRouter = {
  /** Everything recorded of a session's AI runs, newest first. */
  runs: companyProcedure('reports.read').input(listRunsInput).output(output<Page<Run>>()).query(runs),

  /** The candidate's next question while it is being written. */
  stream: sessionProcedure('aipt')
    .input(runStreamInput)
    .subscription(({ ctx, input, signal }) =>
      trackedStream(ctx, signal, (abort) => stream({ ctx, input, signal: abort })),
    ),
}
