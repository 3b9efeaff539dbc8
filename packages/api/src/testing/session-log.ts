import { hashPayload } from '@viva/evidence'
import type { JsonObject } from '../contract/index.ts'
import { transaction } from '../core/transaction.ts'
import { candidateOf, memberOf, type TestApp, type TestCandidate, type TestMember } from './index.ts'

/** A session whose log somebody may tamper with, and an admin of its company. */
export interface SessionLog {
  candidate: TestCandidate
  admin: TestMember
  companyId: string
  sessionId: string
}

/** A session with `length` signals in its log. */
export async function sessionLog(app: TestApp, length: number): Promise<SessionLog> {
  const candidate = await candidateOf(app)
  const { companyId, sessionId } = candidate
  const admin = await memberOf(app, { companyId })
  await appendSignals(
    app,
    sessionId,
    Array.from({ length }, (_, index) => ({ note: `signal ${index}` })),
  )
  return { candidate, admin, companyId, sessionId }
}

/** Appends a signal for each of the given details. */
export async function appendSignals(
  app: TestApp,
  sessionId: string,
  details: readonly JsonObject[],
): Promise<void> {
  await transaction(app.ctx, (tx) =>
    tx.append(
      sessionId,
      details.map((item, index) => ({
        type: 'signal.recorded',
        payload: {
          clientSeq: index + 1,
          clientTime: '2026-01-31T09:00:00.000Z',
          kind: 'paste',
          details: item,
        },
      })),
    ),
  )
}

/** Appends what whoever can write to the database may put into a log: numbered, chained, and without a seal. */
export async function appendByHand(
  app: TestApp,
  sessionId: string,
  event: { type: string; actor: string; payload: JsonObject },
): Promise<void> {
  const salt = '00'.repeat(16)
  const at = app.clock.now().toISOString()
  const written = { ...event, at, salt, payloadHash: hashPayload({ payload: event.payload, salt }) }
  await app.db.sql`
    select seq from append_session_events(${sessionId}, ${JSON.stringify([written])}::text::jsonb)`
}

/** Does what only somebody with the rights of the database's owner can do: changes a table that refuses changes. */
export async function tamper(
  app: TestApp,
  table: 'session_events' | 'session_seals',
  statements: readonly string[],
): Promise<void> {
  await app.db.sql.begin(async (sql) => {
    await sql.unsafe(`alter table ${table} disable trigger user`)
    for (const statement of statements) await sql.unsafe(statement)
    await sql.unsafe(`alter table ${table} enable trigger user`)
  })
}
