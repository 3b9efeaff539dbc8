import { appRouter } from '@viva/api'
import { expect, test } from 'vitest'
import { tokenDemand } from './procedure-tokens.ts'

/** The public procedures that also know a user. */
const KNOW_A_USER = ['auth.logOut', 'sessions.claim', 'sessions.readInvitation']

/** The token for what a procedure says about itself. */
function demanded(auth: unknown, path: string): unknown {
  if (auth === 'user' || auth === 'company') return 'user'
  if (auth === 'public') return KNOW_A_USER.includes(path) ? 'optional' : 'none'
  return auth
}

test('every procedure is called with the token that the server asks for', () => {
  const procedures = Object.entries(appRouter._def.procedures)
  expect(procedures.length).toBeGreaterThan(30)
  for (const [path, procedure] of procedures) {
    expect([path, tokenDemand(path)]).toEqual([path, demanded(authOf(procedure), path)])
  }
})

/** `meta.auth` of a procedure; the router's type shows them nested, while they are flat. */
function authOf(procedure: object): unknown {
  const read = (value: unknown, name: string): unknown =>
    (typeof value === 'object' || typeof value === 'function') && value !== null
      ? Reflect.get(value, name)
      : undefined
  return read(read(read(procedure, '_def'), 'meta'), 'auth')
}
