import { globSync, readFileSync } from 'node:fs'
import { findViolations } from './import-rules.ts'

const SCANNED = [
  '{apps,packages}/*/{src,test,build}/**/*.{ts,tsx}',
  '{apps,packages}/*/*.ts',
  'bench/src/**/*.ts',
]
const files = globSync(SCANNED, { exclude: ['**/node_modules/**', '**/*.d.ts', '**/*.config.ts'] })
const violations = findViolations(new Map(files.map((file) => [file, readFileSync(file, 'utf8')])))
for (const { file, line, specifier, message } of violations) {
  console.error(`${file}:${line} imports '${specifier}'\n  ${message}\n`)
}
console.log(`Imports of ${files.length} files checked, ${violations.length} forbidden.`)
if (violations.length > 0) process.exitCode = 1
