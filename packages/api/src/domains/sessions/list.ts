import type { z } from 'zod'
import type { Page, Session } from '../../contract/index.ts'
import type { sessions as schemas } from '../../contract/schemas.ts'
import type { CompanyContext } from '../../core/context.ts'
import { decodeTimeCursor, encodeTimeCursor, toPage } from '../../core/cursor.ts'
import { sessionPage } from './session-page.ts'
import { toSession } from './session-view.ts'

/** The company's sessions that pass every given filter, newest first. Sessions made meanwhile shift no page. */
export async function list({
  ctx,
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof schemas.listSessionsInput>
}): Promise<Page<Session>> {
  const { cursor, limit, ...filter } = input
  const rows = await sessionPage(ctx.db.sql, {
    ...filter,
    companyId: ctx.member.companyId,
    after: cursor ? decodeTimeCursor(cursor) : null,
    limit: limit + 1,
  })
  return toPage(rows, limit, (row) => toSession(row, row.title), encodeTimeCursor)
}
