import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readTestCounts } from './test-counts.mjs'

function reportFile(report: object) {
  const folder = mkdtempSync(join(tmpdir(), 'viva-report-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'report.json')
  writeFileSync(
    file,
    JSON.stringify({ numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, ...report }),
  )
  return file
}

test('skipped and planned tests are told from passed ones', () => {
  const report = {
    numPassedTests: 5,
    numFailedTests: 2,
    numPendingTests: 3,
    numTodoTests: 1,
    testResults: [],
  }
  expect(readTestCounts(reportFile(report))).toBe('5 passed, 2 failed, 4 skipped')
})

test('a file that could not be loaded counts as one failure', () => {
  const testResults = [
    { status: 'failed', assertionResults: [] },
    { status: 'failed', assertionResults: [{ status: 'failed' }] },
    { status: 'passed', assertionResults: [{ status: 'passed' }] },
  ]
  const report = { numPassedTests: 1, numFailedTests: 1, testResults }
  expect(readTestCounts(reportFile(report))).toBe('1 passed, 2 failed, 0 skipped')
})

test('a run that left no report passed nothing', () => {
  expect(readTestCounts('/nowhere/report.json')).toBe('0 passed, 1 failed, 0 skipped')
})
