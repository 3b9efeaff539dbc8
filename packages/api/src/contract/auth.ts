/** A person with an account, or a guest who claimed an invitation without one. */
export interface User {
  id: string
  /** Null for a guest. */
  email: string | null
  name: string
  guest: boolean
  createdAt: string
}

/** A user together with the companies they belong to. */
export interface Me extends User {
  memberships: { companyId: string; companyName: string; role: import('./permissions.ts').Role }[]
}

/** What logging in, refreshing and claiming an invitation hand out. The SDK keeps it; applications never need to. */
export interface AuthTokens {
  accessToken: string
  /** ISO 8601. At most ten minutes away. */
  accessExpiresAt: string
  /** Null where the refresh token travels in an HttpOnly cookie. */
  refreshToken: string | null
  authSessionId: string
}

export interface AuthResult {
  user: User
  tokens: AuthTokens
}

/** The same answer for a new and for a known address, so that nobody learns who has an account. */
export interface SignUpReceipt {
  accepted: true
}

/** One signed-in device. */
export interface Device {
  authSessionId: string
  /** From the User-Agent, shortened; for a person to recognise, not to trust. */
  userAgent: string
  ip: string
  createdAt: string
  lastUsedAt: string
  current: boolean
}

/** A log-in of the demo, for a page that offers it in one click. Only servers that run a demo on purpose give any. */
export interface DemoAccount {
  role: import('./permissions.ts').Role
  name: string
  email: string
  password: string
}
