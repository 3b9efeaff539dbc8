/**
 * A program for `embedded.test.ts` to kill: inserts rows into the embedded database of a folder, and prints the number
 * of each one once it is acknowledged.
 */
import { writeSync } from 'node:fs'
import { createDb, startEmbedded } from '../src/index.ts'

const [dataDir] = process.argv.slice(2)
const embedded = await startEmbedded({ dataDir })
const { sql } = createDb({ url: embedded.url })
await sql`create table if not exists acknowledged (n int primary key)`
for (let n = 1; ; n++) {
  await sql`insert into acknowledged values (${n})`
  writeSync(1, `${n}\n`)
}
