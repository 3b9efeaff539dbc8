import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type Findings, type Measure, meets } from './benchmark.ts'
import type { ScratchServer } from './scratch-database.ts'

/** What one benchmark found, with its name. */
export interface NamedFindings extends Findings {
  name: string
}

const RESULTS = fileURLToPath(new URL('../results/latest.json', import.meta.url))

/** Prints the plain numbers of one benchmark. */
export function printRaw({ raw }: Findings): void {
  const width = Math.max(...Object.keys(raw).map((name) => name.length))
  for (const [name, value] of Object.entries(raw)) console.log(`  ${name.padEnd(width)}  ${value}`)
}

/** Prints the ratios as a table that can be pasted into the README. */
export function printFindings(found: readonly NamedFindings[]): void {
  console.log('')
  console.log(tableOf(found.flatMap(({ measures }) => measures)))
}

/**
 * Keeps the results of a run in `bench/results/latest.json`, which git ignores.
 * A run of a part replaces that part and keeps the rest.
 */
export function writeResults({
  server,
  found,
}: {
  server: ScratchServer
  found: readonly NamedFindings[]
}): void {
  mkdirSync(new URL('.', `file://${RESULTS}`), { recursive: true })
  const results = {
    at: new Date().toISOString(),
    database: `${server.kind} ${server.version}`,
    node: process.version,
    cpu: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    benchmarks: found,
  }
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`)
  console.log(`\nWritten to bench/results/latest.json. The table above goes into the README as it is.`)
}

function tableOf(measures: readonly Measure[]): string {
  const rows = measures.map((measure) => [
    measure.name,
    `${measure.value.toFixed(measure.digits ?? 2)}${measure.unit ?? ''}`,
    targetOf(measure),
    { true: 'yes', false: '**no**', null: '' }[`${meets(measure)}`],
  ])
  return [['measure', 'ratio', 'target', 'met?'], ['---', '---:', '---:', '---'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}

function targetOf({ target }: Measure): string {
  if (target === undefined) return ''
  if ('atLeast' in target) return `≥ ${target.atLeast}`
  if ('atMost' in target) return `≤ ${target.atMost}`
  if ('below' in target) return `< ${target.what}`
  return `${target.between[0]}–${target.between[1]}`
}
