import { globSync, readFileSync } from 'node:fs'
import { findViolations } from './import-rules.ts'

const files = globSync('{apps,packages}/*/{src,test}/**/*.{ts,tsx}', { exclude: ['**/node_modules/**'] })
const violations = findViolations(new Map(files.map((file) => [file, readFileSync(file, 'utf8')])))
for (const { file, line, specifier, message } of violations) {
  console.error(`${file}:${line} imports '${specifier}'\n  ${message}\n`)
}
console.log(`Imports of ${files.length} files checked, ${violations.length} forbidden.`)
if (violations.length > 0) process.exitCode = 1
