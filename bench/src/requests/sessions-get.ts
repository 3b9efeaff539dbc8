import type { Target } from './http-load.ts'

/** The call `sessions.get` of a reviewer, as the client SDK sends it. */
export function sessionsGet(
  serverUrl: string,
  { companyId, sessionId, token }: { companyId: string; sessionId: string; token: string },
): Target {
  const input = encodeURIComponent(JSON.stringify({ companyId, sessionId }))
  return { url: `${serverUrl}/trpc/sessions.get?input=${input}`, token }
}
