import * as stored from '@viva/db/schema'
import { expect, test } from 'vitest'
import * as contract from '../contract/index.ts'

const inDatabase = { ...stored }
const inContract = { ...contract }

test.each([
  'ROLES',
  'SESSION_STATES',
  'END_REASONS',
  'SEVERITIES',
  'STRIKE_DECISIONS',
  'RUN_PURPOSES',
  'RUN_STATUSES',
  'RUN_OUTCOMES',
  'MEDIA_KINDS',
  'MEDIA_STATUSES',
  'REPORT_STATUSES',
] as const)('what the database allows as %s is what the contract names', (name) => {
  expect(inDatabase[name]).toEqual(inContract[name])
})
