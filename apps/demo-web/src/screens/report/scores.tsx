import { useQuery } from '@tanstack/react-query'
import { type Criterion, type CriterionScore, isTerminal, type Report } from '@viva/client'
import { useVivaQueries } from '@viva/client/react'
import { Quote as QuoteIcon, Scale } from 'lucide-react'
import { LOCALE } from '#strings/common.ts'
import { report as strings } from '#strings/report.ts'
import { Badge } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { Empty, Failure, Loading } from '../../ui/states.tsx'
import { useJumps } from './jumps.tsx'
import { meanScore } from './mean-score.ts'

const MAX_SCORE = 5
const percent = new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 0 })
const oneDigit = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const asGiven = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 3 })

const { scores: words } = strings

/** What AI suggests for each criterion of the rubric, with the quotes it stands on. */
export function Scores({ report }: { report: Report }) {
  const { scores, session, summary, status } = report
  const queries = useVivaQueries()
  const interview = useQuery({
    ...queries.interviews.get.queryOptions({
      companyId: session.companyId,
      interviewId: session.interviewId,
      version: session.interviewVersion,
    }),
    // A version never changes.
    staleTime: Number.POSITIVE_INFINITY,
  })
  const rubric = interview.data?.definition.rubric ?? []
  return (
    <Card title={words.title} description={words.description}>
      {interview.isPending ? (
        <Loading rows={3} rowClass="h-24" />
      ) : (
        <div className="grid gap-6">
          {interview.isError && <Failure error={interview.error} onRetry={() => void interview.refetch()} />}
          {summary !== null && (
            <div className="grid gap-1">
              <h3 className="font-semibold">{words.summary}</h3>
              <p className="max-w-prose whitespace-pre-wrap wrap-anywhere">{summary}</p>
              <p className="text-sm text-muted">{words.summaryBy}</p>
            </div>
          )}
          {scores.length === 0 ? (
            <Empty icon={Scale} title={words.empty}>
              {emptyText(report, interview.data?.definition.rubric)}
            </Empty>
          ) : (
            <ScoreList scores={scores} rubric={rubric} report={report} />
          )}
          {status === 'ready' && scores.length > 0 && <p className="text-sm font-medium">{words.decide}</p>}
        </div>
      )}
    </Card>
  )
}

function emptyText({ session, status }: Report, rubric: readonly Criterion[] | undefined): string {
  if (rubric?.length === 0) return words.noRubric
  if (!isTerminal(session.state)) return words.emptyRunning
  return status === 'failed' ? words.emptyFailed : words.emptyPending
}

function ScoreList({
  scores,
  rubric,
  report,
}: {
  scores: readonly CriterionScore[]
  rubric: readonly Criterion[]
  report: Report
}) {
  const mean = meanScore(rubric, scores)
  const weights = rubric.reduce((sum, { weight }) => sum + weight, 0)
  return (
    <>
      <ul className="grid divide-y divide-line">
        {scores.map((score) => {
          const criterion = rubric.find(({ id }) => id === score.criterionId)
          return (
            <li key={score.criterionId} className="py-4 first:pt-0 last:pb-0">
              <Score
                score={score}
                criterion={criterion}
                share={criterion ? criterion.weight / weights : null}
                report={report}
              />
            </li>
          )
        })}
      </ul>
      <div className="grid gap-0.5 border-t border-line pt-4 text-sm">
        <p className="font-medium">{mean === null ? words.noMean : words.mean(oneDigit.format(mean))}</p>
        {mean !== null && <p className="text-muted">{words.meanHow}</p>}
      </div>
    </>
  )
}

function Score({
  score,
  criterion,
  share,
  report,
}: {
  score: CriterionScore
  criterion: Criterion | undefined
  /** Of all weights; null where the criterion is not known. */
  share: number | null
  report: Report
}) {
  return (
    <article className="grid gap-2">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
        <div className="min-w-0">
          <h3 className="font-semibold wrap-anywhere">{criterion?.name ?? score.criterionId}</h3>
          {criterion && share !== null && (
            <p className="text-sm text-muted">
              {words.weight(asGiven.format(criterion.weight), percent.format(share))}
            </p>
          )}
        </div>
        <Given score={score} />
      </div>
      {score.status === 'scored' && (
        <p className="max-w-prose whitespace-pre-wrap wrap-anywhere">{score.reason}</p>
      )}
      {score.status === 'void' && <p className="text-sm wrap-anywhere">{words.voidText(score.why)}</p>}
      {score.status === 'not_scored' && <p className="text-sm wrap-anywhere">{score.why}</p>}
      {score.status === 'scored' && <Quotes score={score} report={report} />}
      {criterion && <Anchors criterion={criterion} />}
    </article>
  )
}

function Given({ score }: { score: CriterionScore }) {
  if (score.status === 'void') return <Badge tone="warn">{words.void}</Badge>
  if (score.status === 'not_scored') return <Badge>{words.notScored}</Badge>
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden className="flex gap-0.5">
        {Array.from({ length: MAX_SCORE }, (_, step) => (
          <span
            // Steps have no identity beyond their place.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            key={step}
            className={`h-2 w-4 rounded-sm border ${step < score.score ? 'border-accent bg-accent' : 'border-edge'}`}
          />
        ))}
      </span>
      <span className="font-semibold tabular-nums">{words.score(score.score)}</span>
    </span>
  )
}

function Quotes({ score, report }: { score: CriterionScore & { status: 'scored' }; report: Report }) {
  const { showQuote } = useJumps()
  return (
    <ul aria-label={words.quotes} className="grid gap-2">
      {score.quotes.map((quote, index) => {
        const from = `quote-${score.criterionId}-${index}`
        const asked = report.transcript.find(({ question }) => question.id === quote.questionId)
        return (
          <li key={from}>
            <button
              id={from}
              type="button"
              className="flex w-full gap-2 rounded-lg bg-sunken px-3 py-2 text-left text-sm hover:bg-accent-soft"
              onClick={() => showQuote({ quote, from })}
            >
              <QuoteIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
              <span className="min-w-0">
                <q className="wrap-anywhere">{quote.text}</q>
                {asked && (
                  <span className="block text-accent underline underline-offset-2">
                    {words.showQuote(asked.question.position)}
                  </span>
                )}
              </span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}

function Anchors({ criterion }: { criterion: Criterion }) {
  const anchors = criterion.anchors.toSorted((one, other) => one.score - other.score)
  return (
    <details className="text-sm">
      <summary className="min-h-6 w-fit rounded text-muted">{words.anchors}</summary>
      <div className="mt-1 grid gap-1">
        {criterion.description !== '' && <p className="wrap-anywhere">{criterion.description}</p>}
        <dl className="grid gap-1">
          {anchors.map(({ score, behaviour }) => (
            <div key={`${score} ${behaviour}`} className="grid grid-cols-[4rem_1fr] gap-2">
              <dt className="font-medium tabular-nums">{words.score(score)}</dt>
              <dd className="wrap-anywhere">{behaviour}</dd>
            </div>
          ))}
        </dl>
      </div>
    </details>
  )
}
