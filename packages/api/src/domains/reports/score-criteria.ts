import type { CriterionScore, Quote } from '../../contract/index.ts'
import { findQuote, toQuotable } from './find-quote.ts'
import type { ScoringAnswer } from './scoring-answer.ts'

/** An answer that may be quoted, with the name the prompt gave it. */
export interface NamedAnswer {
  name: string
  answerId: string
  questionId: string
  text: string
}

/**
 * Turns what a model said into scores that a person may rely on: each needs at least one quote, and every quote must be in
 * the transcript word for word. A criterion with a quote that nobody said, or with none, is void: the score may rest on
 * something that was made up. Pure.
 */
export function scoreCriteria(
  criterionIds: readonly string[],
  said: ScoringAnswer,
  answers: readonly NamedAnswer[],
): CriterionScore[] {
  const quotables = answers.map((answer) => ({ answer, quotable: toQuotable(answer.text) }))
  const locate = (quote: { answer: string; text: string }): Quote | null => {
    // The passage counts, not the name: models mix up names more often than they invent words.
    const named = quotables.filter(({ answer }) => answer.name === quote.answer)
    for (const { answer, quotable } of [...named, ...quotables]) {
      const found = findQuote(quotable, quote.text)
      if (found) return { answerId: answer.answerId, questionId: answer.questionId, ...found }
    }
    return null
  }

  return criterionIds.map((criterionId): CriterionScore => {
    const score = said.scores.find((item) => item.criterionId === criterionId)
    if (!score) return { criterionId, status: 'not_scored', why: 'The AI gave no score for it.' }
    if (score.quotes.length === 0) {
      return { criterionId, status: 'void', why: 'The AI gave a score without quoting any answer.' }
    }
    const quotes = score.quotes.map(locate)
    if (quotes.includes(null)) {
      return { criterionId, status: 'void', why: 'The AI gave a score with a quote that is in no answer.' }
    }
    return {
      criterionId,
      status: 'scored',
      score: score.score,
      reason: score.reason,
      quotes: quotes.filter((quote) => quote !== null),
    }
  })
}
