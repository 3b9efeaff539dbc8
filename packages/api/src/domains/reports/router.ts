import type { Report } from '../../contract/index.ts'
import { companySessionInput } from '../../contract/schemas/sessions.ts'
import type { RateLimit } from '../../core/ports.ts'
import { output } from '../../trpc/output.ts'
import { companyProcedure } from '../../trpc/procedures.ts'
import { get } from './get.ts'

/** Each call reads a whole log and hashes it. Twice a second is enough for a page that waits for a report. */
const REPORTS: RateLimit = { name: 'reports.get', points: 120, seconds: 60 }

export const reportsRouter = {
  /** A session's report: what was said, scored, observed and recorded, and whether the log stands. */
  get: companyProcedure('reports.read', REPORTS)
    .input(companySessionInput)
    .output(output<Report>())
    .query(get),
}
