import { existsSync, readFileSync } from 'node:fs'

/**
 * Reads the counts of a finished test run from Vitest's JSON report, as one line: `N passed, N failed, N skipped`.
 * A file that failed outside its tests (it could not be loaded, a hook threw) counts as one failed test. Without
 * a report nothing is known to have passed.
 * @param {string} reportFile
 */
export function readTestCounts(reportFile) {
  if (!existsSync(reportFile)) return '0 passed, 1 failed, 0 skipped'
  const report = JSON.parse(readFileSync(reportFile, 'utf8'))
  /** @type {{ status: string, assertionResults: { status: string }[] }[]} */
  const files = report.testResults
  const failedOutside = files.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  const passed = report.numPassedTests
  const failed = report.numFailedTests + failedOutside.length
  const skipped = report.numPendingTests + report.numTodoTests
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}
