import type { Role } from './permissions.ts'

/** A tenant. */
export interface Company {
  id: string
  name: string
  /** AI tokens (input and output together) the company may use in one UTC day; null means no cap. */
  aiDailyTokenCap: number | null
  createdAt: string
}

export interface Member {
  userId: string
  name: string
  email: string | null
  role: Role
  joinedAt: string
}

/** A member's invitation. The token is shown this once and stored only as a hash. */
export interface MemberInvitation {
  id: string
  email: string
  role: Role
  token: string
  expiresAt: string
}
