import { customType, timestamp, uuid } from 'drizzle-orm/pg-core'

/** Raw bytes: hashes, salts, sealed secrets. */
export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
})

/** An instant with milliseconds, as a Date. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })

/** When the row was made, by the server's clock. */
export const createdAt = () => instant('created_at').notNull()

/** A UUID version 7, made by the application: ids sort by time, so a key index is a time index. */
export const primaryId = () => uuid('id').primaryKey()
