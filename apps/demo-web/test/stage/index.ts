/** The stage on which the tests of the app play: a real server and database, and people at real browsers. */
export { expectAccessible } from './accessible.ts'
export {
  companyOf,
  FIRST_QUESTION,
  invite,
  newInterview,
  type StagedInterview,
  type StagedInvitation,
} from './interviewing.ts'
export { logIn } from './log-in.ts'
export { loseAnswer } from './lose-answer.ts'
export type { Person } from './person.ts'
export { playSession } from './played-session.ts'
export { takeScreenshots } from './screenshots.ts'
export { type Stage, startStage } from './stage.ts'
