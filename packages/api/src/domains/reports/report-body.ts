import { createHash } from 'node:crypto'
import type { aiRuns } from '@viva/db/schema'
import { canonicalJson } from '@viva/evidence'
import type { CriterionScore, JsonValue } from '../../contract/index.ts'
import type { Material } from './load-material.ts'
import { nameAnswers, shownAnswers } from './report-prompts.ts'
import { criteriaOf, validateSummary } from './run-handlers.ts'
import { scoreCriteria } from './score-criteria.ts'
import { parseScoring } from './scoring-answer.ts'

/** What of a report is stored: everything else is read from its own tables. */
export interface ReportBody {
  scores: CriterionScore[]
  summary: string | null
  /** The runs behind it. */
  runs: { scoring: string | null; summary: string | null }
}

type FinishedRun = Pick<typeof aiRuns.$inferSelect, 'id' | 'outcome' | 'output' | 'task' | 'errorCode'>

const NOT_SCORED = {
  no_model: 'No AI model is configured that can judge answers. A person decides.',
  no_answers: 'No question was answered.',
  no_rubric: '',
  AI_BUDGET_EXCEEDED: "The company's AI tokens for that day were used up before the answers could be scored.",
  AI_UNAVAILABLE: 'No AI provider gave a usable answer.',
} as const

/** Why a session is not scored by a model, before any is asked; null where one is to be asked. */
export function reasonNotToScore(
  material: Pick<Material, 'definition' | 'transcript'>,
  canScore: boolean,
): 'no_model' | 'no_answers' | 'no_rubric' | null {
  if (material.definition.rubric.length === 0) return 'no_rubric'
  if (!canScore) return 'no_model'
  return nameAnswers(material.transcript).length === 0 ? 'no_answers' : null
}

/** Makes a report's body from what was said and from the finished runs, whose quotes are checked here. Pure. */
export function composeBody(
  material: Pick<Material, 'definition' | 'transcript'>,
  finished: { scoring: FinishedRun | null; summary: FinishedRun | null },
  reason: ReturnType<typeof reasonNotToScore>,
): ReportBody {
  const { scoring, summary } = finished
  const said = summary?.outcome === 'succeeded' ? validateSummary(summary.output) : null
  return {
    scores: composeScores(material, scoring, reason),
    summary: said?.ok ? said.value : null,
    runs: { scoring: scoring?.id ?? null, summary: summary?.id ?? null },
  }
}

function composeScores(
  { definition, transcript }: Pick<Material, 'definition' | 'transcript'>,
  scoring: FinishedRun | null,
  reason: ReturnType<typeof reasonNotToScore>,
): CriterionScore[] {
  const criterionIds = definition.rubric.map(({ id }) => id)
  if (scoring?.outcome === 'succeeded') {
    // Only `enqueueRun` wrote it, from an object.
    const said = parseScoring(scoring.output, criteriaOf(scoring.task as Record<string, JsonValue>))
    if (said.ok) return scoreCriteria(criterionIds, said.value, shownAnswers(transcript).shown)
  }
  const why =
    NOT_SCORED[
      reason ?? (scoring?.errorCode === 'AI_BUDGET_EXCEEDED' ? 'AI_BUDGET_EXCEEDED' : 'AI_UNAVAILABLE')
    ]
  return criterionIds.map((criterionId) => ({ criterionId, status: 'not_scored', why }))
}

/** SHA-256 of a body, over its canonical form, since the database keeps no order of keys. */
export function hashBody(body: ReportBody): Buffer {
  // JSON through and through; an interface just cannot say so.
  return createHash('sha256')
    .update(canonicalJson(JSON.parse(JSON.stringify(body))))
    .digest()
}
