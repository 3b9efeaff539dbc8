/** @viva/api/testing: the real API on a port, and people who call it. */
export { type ApiClient, type ApiSocket, createApiClient, errorOf, openApiSocket } from './clients.ts'
export { createFakeProvider, type FakeProvider, type FakeReply } from './fake-provider.ts'
export { createMemoryStorage, type MemoryStorage } from './memory-storage.ts'
export {
  candidateOf,
  memberOf,
  signedInUser,
  signIn,
  type TestCandidate,
  type TestMember,
  type TestUser,
} from './people.ts'
export { startTestApp, type TestApp, type TestAppOptions } from './test-app.ts'
export { createTestClock, type TestClock } from './test-clock.ts'
export { createTestPorts, silentLog } from './test-ports.ts'
