import type { AiProvider, Ports } from '@viva/api'
import { startWorkers } from '@viva/api'
import { candidateOf, memberOf, startTestApp, type TestApp } from '@viva/api/testing'
import { makeInterview, makeSession } from '@viva/db/testing'
import { describe, expect, test } from 'vitest'
import {
  type Answer,
  cut,
  failure,
  geminiChunks,
  openAiChunks,
  openAiEnd,
  sse,
  startAiServer,
} from '../testing/ai-server.ts'
import { createGeminiProvider } from './ai-gemini.ts'
import { createOpenAiProvider } from './ai-openai.ts'

const OPENAI_KEY = 'sk-test-0123456789abcdef'
const GEMINI_KEY = 'AIzaTest0123456789abcdef'
const says = (text: string): Answer =>
  sse([...openAiChunks([text.slice(0, 9), text.slice(9)]), ...openAiEnd(40, 12)])

const PURPOSES = { scoring: /You assess a/, summary: /You sum up/, question: /You are the interviewer/ }

/** Answers by what is asked for, since scoring and summing up run side by side; the last one of each for all that follow. */
function byPurpose(answers: Record<keyof typeof PURPOSES, Answer[]>): Answer {
  const counts = { scoring: 0, summary: 0, question: 0 }
  return (response, request) => {
    const prompt = JSON.stringify(request.body)
    for (const purpose of ['scoring', 'summary', 'question'] as const) {
      if (!PURPOSES[purpose].test(prompt)) continue
      const mine = answers[purpose]
      return mine[Math.min(counts[purpose]++, mine.length - 1)]?.(response, request)
    }
    throw new Error('the prompt is of no known purpose')
  }
}

/** Everything that was logged, to be searched. */
function keepingLog(): { log: Ports['log']; lines: string[] } {
  const lines: string[] = []
  const keep = (fields: object, message: string): void => {
    const values = Object.values(fields).map((value) =>
      value instanceof Error ? value.stack : JSON.stringify(value),
    )
    lines.push(`${message} ${values.join(' ')}`)
  }
  return { log: { debug: keep, info: keep, warn: keep, error: keep }, lines }
}

/** An active session whose only question is written by AI. */
async function aiInterview(app: TestApp) {
  const interview = await makeInterview(app.db, {
    definition: {
      questions: [{ id: 'q1', kind: 'ai', topic: 'databases', difficulty: 'medium', maxFollowUps: 0 }],
    },
  })
  const now = app.clock.now()
  const session = await makeSession(app.db, {
    interview,
    state: 'active',
    startedAt: now,
    deadlineAt: new Date(now.getTime() + 3_600_000),
  })
  return candidateOf(app, { session })
}

/** Plays the interview to its report, with real workers, and gives back what a reviewer sees. */
async function play(app: TestApp) {
  const candidate = await aiInterview(app)
  const { sessionId, companyId } = candidate
  const key = () => app.ctx.random.id()
  const workers = startWorkers(app.ctx)
  try {
    await candidate.session.sessions.nextQuestion.mutate({ sessionId, idempotencyKey: key() })
    const current = async () =>
      (await candidate.session.sessions.current.query({ sessionId })).currentQuestion
    await expect.poll(current).not.toBeNull()
    const question = await current()
    if (!question) throw new Error('no question was asked')
    await candidate.session.sessions.answer.mutate({
      sessionId,
      questionId: question.id,
      text: 'I would measure first.',
      idempotencyKey: key(),
    })
    await candidate.session.sessions.finalize.mutate({ sessionId, idempotencyKey: key() })
    const reviewer = await memberOf(app, { companyId, role: 'reviewer' })
    const report = () => reviewer.api.reports.get.query({ companyId, sessionId })
    await expect.poll(async () => (await report()).status).toBe('ready')
    const { items } = await reviewer.api.ai.runs.query({ companyId, sessionId })
    const runOf = (purpose: string) => items.find((run) => run.purpose === purpose)
    return { question, report: await report(), runs: items, runOf }
  } finally {
    await workers.stop()
  }
}

const scores = (quote: string) =>
  JSON.stringify({
    scores: [{ criterionId: 'clarity', score: 3, reason: 'Short.', quotes: [{ answer: 'A1', text: quote }] }],
  })

function openAiFor(url: string): AiProvider {
  return createOpenAiProvider({ apiKey: OPENAI_KEY, baseUrl: `${url}/v1`, model: 'gpt-test', price: null })
}
function geminiFor(baseUrl: string): AiProvider {
  return createGeminiProvider({ apiKey: GEMINI_KEY, baseUrl, model: 'gemini-test', price: null })
}

describe('an interview with a model behind a wire', () => {
  test('questions, scores and summary come from the model, and are recorded with what they cost', async () => {
    await using server = await startAiServer(
      byPurpose({
        question: [says('What is an index?')],
        scoring: [says(scores('measure first'))],
        summary: [says('They would measure.')],
      }),
    )
    await using app = await startTestApp({ overrides: { ai: [openAiFor(server.url)] } })
    const { question, report, runOf } = await play(app)
    expect(question.text).toBe('What is an index?')
    expect(report.scores).toMatchObject([
      { status: 'scored', score: 3, quotes: [{ text: 'measure first', start: 8 }] },
    ])
    expect(report.chain).toMatchObject({ ok: true, problems: [] })
    expect(runOf('question')).toMatchObject({
      outcome: 'succeeded',
      provider: 'openai',
      model: 'gpt-test',
      promptVersion: 'question.1',
      inputTokens: 40,
      outputTokens: 12,
    })
  })

  test('a service that fails, breaks off or answers out of shape twice is passed over for the next', async () => {
    const leaky = failure(500, { error: { message: `down, key ${OPENAI_KEY}` } })
    await using broken = await startAiServer(
      byPurpose({
        question: [leaky, sse(openAiChunks(['What is'], null), cut)],
        scoring: [says('no JSON at all')],
        summary: [failure(401, { error: { message: `Incorrect API key provided: ${OPENAI_KEY}` } })],
      }),
    )
    const unfounded = '{"scores":[{"criterionId":"clarity","score":2,"reason":"r","quotes":[]}]}'
    await using sound = await startAiServer(
      byPurpose({
        question: [sse(geminiChunks(['Why ', 'index?']))],
        scoring: [sse(geminiChunks([unfounded]))],
        summary: [sse(geminiChunks(['They would measure.']))],
      }),
    )
    const { log, lines } = keepingLog()
    await using app = await startTestApp({
      overrides: { ai: [openAiFor(broken.url), geminiFor(sound.url)], log },
    })
    const { question, report, runs, runOf } = await play(app)
    expect(question.text).toBe('Why index?')
    expect(runOf('question')).toMatchObject({ provider: 'gemini', outcome: 'succeeded', calls: 4 })
    expect(runOf('scoring')).toMatchObject({ provider: 'gemini', outcome: 'succeeded', calls: 3 })
    expect(report.scores).toMatchObject([{ status: 'void' }])

    const rows = await app.db.sql`select to_jsonb(r) as row from ai_runs r`
    const events = await app.db.sql`select payload from session_events`
    const everything = [JSON.stringify(rows), JSON.stringify(events), JSON.stringify(runs), ...lines].join(
      '\n',
    )
    for (const key of [OPENAI_KEY, GEMINI_KEY]) expect(everything).not.toContain(key)
  })

  test('an answer out of shape is repaired once, with what was wrong', async () => {
    await using server = await startAiServer(
      byPurpose({
        question: [says('What is an index?')],
        scoring: [says('{"scores": "high"}'), says(scores('measure'))],
        summary: [says('They would measure.')],
      }),
    )
    await using app = await startTestApp({ overrides: { ai: [openAiFor(server.url)] } })
    const { report, runOf } = await play(app)
    expect(runOf('scoring')).toMatchObject({ outcome: 'succeeded', calls: 2 })
    expect(report.scores).toMatchObject([{ status: 'scored' }])
    const repair = server.requests.find(({ body }) =>
      JSON.stringify(body['messages']).includes('cannot be used'),
    )
    expect(JSON.stringify(repair?.body['messages'])).toContain('scores')
  })

  test('with every service down the candidate still gets a question, and nothing is scored', async () => {
    await using server = await startAiServer(failure(503, { error: { message: 'down' } }))
    await using app = await startTestApp({
      overrides: { ai: [openAiFor(server.url), geminiFor(server.url)] },
    })
    const { question, report, runOf } = await play(app)
    expect(question.text).not.toBe('')
    expect(runOf('question')).toMatchObject({
      provider: 'scripted',
      outcome: 'fallback',
      errorCode: 'AI_UNAVAILABLE',
    })
    expect(report).toMatchObject({ status: 'ready', summary: null, scores: [{ status: 'not_scored' }] })
  })
})
