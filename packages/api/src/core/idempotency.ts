import { createHash } from 'node:crypto'
import { idempotencyKeys } from '@viva/db/schema'
import { canonicalJson, type JsonValue } from '@viva/evidence'
import { and, eq } from 'drizzle-orm'
import type { AppContext } from './context.ts'
import { AppError } from './errors.ts'
import type { Transaction } from './transaction.ts'

/**
 * Makes a write safe to send again: the first call does `work` and keeps its result in the same transaction, a replay
 * gets that result, also when both run at once (the second waits at the key's row until the first has committed).
 *
 * @param call.scope whose key it is, `user:<id>` or `session:<id>`
 * @param call.key where the caller sent none, the call is done each time it comes
 * @throws IDEMPOTENCY_KEY_REUSED where the key came before with another input
 */
export async function idempotent<Result>(
  ctx: AppContext,
  tx: Transaction,
  call: { scope: string; procedure: string; key: string | undefined; input: object },
  work: () => Promise<Result>,
): Promise<Result> {
  const { scope, procedure, key } = call
  if (key === undefined) return work()
  const inputHash = createHash('sha256')
    .update(canonicalJson(withoutUndefined(call.input)))
    .digest()
  const claimed = await tx.db
    .insert(idempotencyKeys)
    .values({ scope, procedure, key, inputHash, createdAt: ctx.clock.now() })
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key })
  const row = and(
    eq(idempotencyKeys.scope, scope),
    eq(idempotencyKeys.procedure, procedure),
    eq(idempotencyKeys.key, key),
  )
  if (claimed.length === 0) {
    const [first] = await tx.db.select().from(idempotencyKeys).where(row)
    if (!first || Buffer.compare(first.inputHash, inputHash) !== 0) {
      throw new AppError(
        'IDEMPOTENCY_KEY_REUSED',
        'This idempotency key was used with another input. Make a new key for a new call.',
        {},
      )
    }
    // Written below by the same procedure, so it has that procedure's shape.
    return first.result as Result
  }
  const result = await work()
  await tx.db.update(idempotencyKeys).set({ result }).where(row)
  return result
}

/** Optional fields arrive as `undefined`, which JSON does not know; leaving them out is the same input. */
function withoutUndefined(input: object): JsonValue {
  return JSON.parse(JSON.stringify(input))
}
