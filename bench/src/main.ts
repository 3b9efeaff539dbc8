/**
 * `pnpm bench` measures everything, `pnpm bench append` one benchmark. Prints each ratio against a baseline that was measured
 * in the same run, and never fails for being slow.
 */
import { append } from './append/append.ts'
import type { Benchmark } from './benchmark.ts'
import { fanOut } from './fan-out/fan-out.ts'
import { logIns } from './log-ins/log-ins.ts'
import { type NamedFindings, printFindings, printRaw, writeResults } from './report.ts'
import { requests } from './requests/requests.ts'
import { findServer } from './scratch-database.ts'
import { sdk } from './sdk/sdk.ts'
import { sessionLists } from './session-lists/session-lists.ts'

const ALL: readonly Benchmark[] = [append, fanOut, requests, sessionLists, logIns, sdk]

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !ALL.some((benchmark) => benchmark.name === name))
if (unknown.length > 0) {
  console.error(
    `There is no benchmark "${unknown[0]}". There are: ${ALL.map(({ name }) => name).join(', ')}.`,
  )
  process.exit(1)
}

const server = await findServer()
console.log(
  `Measuring on ${server.kind === 'postgres' ? 'Postgres' : 'the embedded Postgres'} ${server.version}.`,
)
const found: NamedFindings[] = []
for (const benchmark of ALL.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  console.log(`\n${benchmark.name}: ${benchmark.question}`)
  const start = performance.now()
  try {
    const findings = await benchmark.run(server)
    printRaw(findings)
    found.push({ name: benchmark.name, ...findings })
  } catch (error) {
    // The others are measured all the same.
    console.error(error)
    process.exitCode = 1
  }
  console.log(`  took ${((performance.now() - start) / 1000).toFixed(0)} s`)
}
printFindings(found)
writeResults({ server, found })
