import { expect, test } from 'vitest'
import { isFiltered, readSessionFilters } from './session-filters.ts'

const ID = '0190b2a6-1111-7222-8333-444455556666'

test('every filter of an address is read', () => {
  const search = {
    state: ['active', 'ended'],
    flagged: true,
    interview: ID,
    email: 'ada@example.com',
    from: '2026-02-28',
    to: '2026-03-01',
    after: 'AZ_-9',
    invite: '',
  }
  expect(readSessionFilters(search)).toEqual(search)
})

test('states may be written by hand, come in the order of a session, and once each', () => {
  expect(readSessionFilters({ state: 'ended,active,active' })).toEqual({ state: ['active', 'ended'] })
})

test.each([
  ['states that there are not', { state: ['paused'] }],
  ['no states', { state: [] }],
  ['a state that is no text', { state: { active: true } }],
  ['a flag that is not set', { flagged: false }],
  ['an interview that is no id', { interview: '../../evil' }],
  ['an address that is none', { email: 'ada' }],
  ['an address without end', { email: `${'a'.repeat(300)}@example.com` }],
  ['a day that is none', { from: '2026-06-31' }],
  ['a day before there were any', { to: '1969-12-31' }],
  ['a day in other words', { from: 'yesterday' }],
  ['a cursor that is none', { after: "';--" }],
  ['an interview to invite to that is no id', { invite: 'x' }],
  ['what nobody knows', { sort: 'asc' }],
])('leaves out %s', (_what, search) => {
  expect(readSessionFilters(search)).toEqual({})
})

test('a page and an open dialog leave nothing out of the table', () => {
  expect(isFiltered({ after: 'x', invite: '' })).toBe(false)
  expect(isFiltered({ flagged: true })).toBe(true)
  expect(isFiltered({ state: ['active'] })).toBe(true)
})
