/** The face of the auth domain. */
export { jwks } from './jwks.ts'
export { openAuthSession } from './open-auth-session.ts'
