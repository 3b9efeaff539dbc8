import { randomUUID } from 'node:crypto'
import type { InterviewDefinition, Viva } from '@viva/client'
import type { Stage } from './stage.ts'

/** A published interview and the company whose it is. */
export interface StagedInterview {
  companyId: string
  interviewId: string
  title: string
}

/** The demo's company. */
export async function companyOf(viva: Viva): Promise<string> {
  const { memberships } = await viva.api.auth.me.query()
  const [membership] = memberships
  if (membership === undefined) throw new Error('the demo has no company')
  return membership.companyId
}

/** Publishes a short interview of the demo's company: one question that stands, one that the AI writes, no follow-ups. */
export async function newInterview(
  stage: Stage,
  definition: Partial<Omit<InterviewDefinition, 'policy'>> = {},
): Promise<StagedInterview> {
  const admin = await stage.client('admin')
  const companyId = await companyOf(admin)
  const title = definition.title ?? `Short interview ${randomUUID().slice(0, 8)}`
  const { id: interviewId } = await admin.api.interviews.create.mutate({
    companyId,
    idempotencyKey: randomUUID(),
    definition: {
      introduction: 'Two questions, for the tests of the app.',
      questions: [
        { id: 'system', kind: 'fixed', text: FIRST_QUESTION, seconds: 600, maxFollowUps: 0 },
        { id: 'fault', kind: 'ai', topic: 'finding a fault', difficulty: 'medium', maxFollowUps: 0 },
      ],
      rubric: [
        {
          id: 'clarity',
          name: 'Clarity',
          description: 'How clearly the work is explained.',
          weight: 1,
          anchors: [
            { score: 1, behaviour: 'Names no part of the system.' },
            { score: 5, behaviour: 'Names each part and why it is there.' },
          ],
        },
      ],
      limits: { totalSeconds: 3600, questionSeconds: 600 },
      sensors: [
        { sensor: 'browser', required: true },
        { sensor: 'camera', required: false },
      ],
      open: false,
      ...definition,
      title,
    },
  })
  await admin.api.interviews.publish.mutate({ companyId, interviewId, version: 1 })
  return { companyId, interviewId, title }
}

/** What the short interview asks first. */
export const FIRST_QUESTION = 'Tell us about a system you built.'

/** An invitation to an interview. */
export interface StagedInvitation extends StagedInterview {
  sessionId: string
  token: string
  /** The address that a candidate opens, without the origin. */
  path: string
}

/** Invites somebody by a link, as an HR member would. */
export async function invite(stage: Stage, interview: StagedInterview): Promise<StagedInvitation> {
  const hr = await stage.client('hr')
  const { companyId, interviewId } = interview
  const { sessionId, token } = await hr.api.sessions.invite.mutate({
    companyId,
    interviewId,
    idempotencyKey: randomUUID(),
  })
  return { ...interview, sessionId, token, path: `/join#${token}` }
}
