import { type Interview, newKey, type Viva } from '@viva/client'

/** Makes an interview through the SDK, with one question for each text, and no time or rubric that matters. */
export async function newInterview(
  viva: Viva,
  options: { title: string; questions: string[]; open?: boolean; publish?: boolean },
): Promise<Interview> {
  const companyId = await companyOf(viva)
  const { title, questions, open = false, publish = false } = options
  const interview = await viva.api.interviews.create.mutate({
    companyId,
    definition: {
      title,
      questions: questions.map((text, index) => ({ id: `question-${index}`, kind: 'fixed', text })),
      limits: { totalSeconds: 900, questionSeconds: 120 },
      open,
    },
    idempotencyKey: newKey(),
  })
  if (!publish) return interview
  return viva.api.interviews.publish.mutate({ companyId, interviewId: interview.id, version: 1 })
}

/** The company that somebody of the demo works for. */
export async function companyOf(viva: Viva): Promise<string> {
  const { memberships } = await viva.api.auth.me.query()
  const [membership] = memberships
  if (!membership) throw new Error('this user works for no company')
  return membership.companyId
}
