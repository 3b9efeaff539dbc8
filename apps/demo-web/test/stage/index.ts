/** The stage on which the tests of the app play: a real server and database, and people at real browsers. */
export { expectAccessible } from './accessible.ts'
export { logIn } from './log-in.ts'
export type { Person, PersonOptions } from './person.ts'
export { takeScreenshots } from './screenshots.ts'
export { type Stage, type StageOptions, startStage } from './stage.ts'
