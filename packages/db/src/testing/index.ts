/** @viva/db/testing: a database per test, and rows to put into it. */
export {
  makeAnswer,
  makeAuthSession,
  makeCompany,
  makeInterview,
  makeInvitation,
  makeMembership,
  makePolicy,
  makeQuestion,
  makeSession,
  makeUser,
  type Target,
} from './factories.ts'
export { createTestDatabase, type TestDatabase, type TestDatabaseKind } from './test-database.ts'
