import { randomUUID } from 'node:crypto'
import type { AuthResult } from '../../../contract/index.ts'
import type { PasswordHasher } from '../../../core/ports.ts'
import type { ApiClient, TestApp } from '../../../testing/index.ts'

export const PASSWORD = 'correct horse battery staple'

/** Somebody who signed up and logged in as a person does. */
export interface Account extends AuthResult {
  email: string
  /** The refresh token of the first device. */
  refreshToken: string
  api: ApiClient
}

/** Signs somebody up and logs them in. */
export async function makeAccount(app: TestApp, email = anEmail()): Promise<Account> {
  await app.client().auth.signUp.mutate({ email, password: PASSWORD, name: 'Robin Example' })
  const result = await app.client().auth.logIn.mutate({ email, password: PASSWORD })
  const { accessToken, refreshToken } = result.tokens
  if (refreshToken === null) throw new Error('a log-in without a cookie gave no refresh token')
  return { ...result, email, refreshToken, api: app.client(accessToken) }
}

export function anEmail(): string {
  return `user-${randomUUID()}@example.test`
}

/** A hasher that counts what is asked of it. */
export function countingHasher(hasher: PasswordHasher): PasswordHasher & {
  readonly hashed: number
  /** For each verification, whether it was of a decoy. */
  readonly decoys: readonly boolean[]
} {
  let hashed = 0
  const decoys: boolean[] = []
  return {
    get hashed() {
      return hashed
    },
    decoys,
    hash(password) {
      hashed += 1
      return hasher.hash(password)
    },
    verify(stored, password) {
      decoys.push(stored === null)
      return hasher.verify(stored, password)
    },
  }
}
