import type { Session } from '@viva/client'
import { sessions as strings } from '#strings/sessions.ts'

/** What to call the candidate of a session: some have given no name yet. */
export const candidateName = ({ candidate }: Pick<Session, 'candidate'>): string =>
  candidate.name ?? candidate.email ?? strings.unnamed
