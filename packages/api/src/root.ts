import type { TRPCBuiltRouter, TRPCDecorateCreateRouterOptions } from '@trpc/server'
import { aiRouter } from './domains/ai/router.ts'
import { authRouter } from './domains/auth/router.ts'
import { companiesRouter } from './domains/companies/router.ts'
import { interviewsRouter } from './domains/interviews/router.ts'
import { mediaRouter } from './domains/media/router.ts'
import { proctoringRouter } from './domains/proctoring/router.ts'
import { reportsRouter } from './domains/reports/router.ts'
import { sessionsRouter } from './domains/sessions/router.ts'
import type { VivaErrorShape } from './trpc/format-error.ts'
import { type ProcedureMeta, t } from './trpc/init.ts'

const procedures = {
  ai: aiRouter,
  auth: authRouter,
  companies: companiesRouter,
  media: mediaRouter,
  proctoring: proctoringRouter,
  interviews: interviewsRouter,
  sessions: sessionsRouter,
  reports: reportsRouter,
}

/** The whole API: the domains, by name. */
export const appRouter = t.router(procedures)

/**
 * The API as its clients know it. Not `typeof appRouter`: that one names the server's context, and through it the
 * database and every port, which have no place in the types of a published client.
 */
export type AppRouter = TRPCBuiltRouter<
  { ctx: object; meta: ProcedureMeta; errorShape: VivaErrorShape; transformer: false },
  TRPCDecorateCreateRouterOptions<typeof procedures>
>
