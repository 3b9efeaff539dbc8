/** Proctoring: what the other domains may use. */
export { recount } from './standing-strikes.ts'
