import { z } from 'zod'
import { id, line } from './primitives.ts'

/**
 * An address as it is stored: trimmed, lower case, ASCII, one "@". Stricter than RFC 5321 on purpose: quotes,
 * comments and look-alike characters in addresses serve attacks more than people.
 */
export const email = z
  .string()
  .max(254)
  .trim()
  .toLowerCase()
  .regex(
    /^[a-z0-9._%+-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/,
    {
      error: 'is not an e-mail address',
    },
  )

/** Length alone decides (NIST SP 800-63B): 10 to 256 characters, all of them hashed. */
export const password = z
  .string()
  .min(10)
  .max(256)
  .refine((value) => value.isWellFormed() && !value.includes('\u0000'), {
    error: 'must be well-formed Unicode without NUL',
  })

/** Where the refresh token travels: an HttpOnly cookie (browsers), or the body (everything else). */
export const refreshTransport = z.enum(['cookie', 'body'])

export const signUpInput = z.strictObject({ email, password, name: line(1, 100) })
export const logInInput = z.strictObject({
  email,
  // Not `password`: an old or short one must fail as wrong credentials, not as bad input.
  password: z.string().max(256),
  refreshTransport: refreshTransport.default('body'),
})
export const refreshInput = z.strictObject({ refreshToken: z.string().max(512).optional() })
export const logOutInput = z.strictObject({})
export const revokeDeviceInput = z.strictObject({ authSessionId: id })
