import { z } from 'zod'
import { ROLES } from '../permissions.ts'
import { email } from './auth.ts'
import { id, idempotencyKey, line, linkToken } from './primitives.ts'

export const createCompanyInput = z.strictObject({ name: line(1, 120), idempotencyKey })
export const companyInput = z.strictObject({ companyId: id })
export const updateCompanyInput = z.strictObject({
  companyId: id,
  name: line(1, 120).optional(),
  aiDailyTokenCap: z.int().min(0).max(1_000_000_000).nullable().optional(),
})
export const inviteMemberInput = z.strictObject({
  companyId: id,
  email,
  role: z.enum(ROLES),
  idempotencyKey: idempotencyKey.optional(),
})
export const acceptMemberInvitationInput = z.strictObject({
  token: linkToken,
  idempotencyKey: idempotencyKey.optional(),
})
export const changeRoleInput = z.strictObject({ companyId: id, userId: id, role: z.enum(ROLES) })
export const removeMemberInput = z.strictObject({ companyId: id, userId: id })
