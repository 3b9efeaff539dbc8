import type { InterviewDefinition } from '@viva/client'
import type { ReactNode } from 'react'
import { interviews } from '#strings/interviews.ts'
import { Badge } from '../../ui/badge.tsx'

/** A definition to read: everything in it, nothing to change. `level` is the level of its headings. */
export function Overview({
  definition,
  policyName,
  level = 2,
}: {
  definition: InterviewDefinition
  /** Null where the reader may not read policies. */
  policyName: string | null
  level?: 2 | 3
}) {
  const strings = interviews.overview
  const { introduction, questions, rubric, limits, sensors, open, policy } = definition
  return (
    <div className="grid gap-6">
      <Part level={level} title={interviews.about.introduction}>
        <p className="max-w-prose whitespace-pre-wrap">{introduction || strings.noIntroduction}</p>
      </Part>
      <Part level={level} title={interviews.plan.title}>
        <ol className="grid list-decimal gap-3 pl-6">
          {questions.map((question) => (
            <li key={question.id}>
              <p className="whitespace-pre-wrap">
                {question.kind === 'fixed' ? question.text : question.topic}
              </p>
              <p className="text-sm text-muted">
                {[
                  question.kind === 'fixed'
                    ? strings.fixed
                    : strings.ai(interviews.plan.difficulties[question.difficulty]),
                  strings.time(interviews.span(question.seconds ?? limits.questionSeconds)),
                  question.maxFollowUps > 0 && strings.followUps(question.maxFollowUps),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </p>
            </li>
          ))}
        </ol>
      </Part>
      <Part level={level} title={interviews.rubric.title}>
        {rubric.length === 0 && <p className="text-sm text-muted">{interviews.rubric.empty}</p>}
        <ul className="grid gap-4 empty:hidden">
          {rubric.map(({ id, name, description, weight, anchors }) => (
            <li key={id} className="grid gap-1">
              <p className="flex flex-wrap items-center gap-2 font-medium">
                {name} <Badge>{strings.weight(weight)}</Badge>
              </p>
              {description && <p className="text-sm text-muted">{description}</p>}
              <dl className="grid gap-1 text-sm">
                {anchors
                  .toSorted((a, b) => a.score - b.score)
                  .map(({ score, behaviour }) => (
                    <div key={score} className="grid grid-cols-[4.5rem_1fr]">
                      <dt className="text-muted">{interviews.rubric.anchor(score)}</dt>
                      <dd>{behaviour}</dd>
                    </div>
                  ))}
              </dl>
            </li>
          ))}
        </ul>
      </Part>
      <Part level={level} title={interviews.limits.title}>
        <p>
          {strings.total}: {interviews.span(limits.totalSeconds)}. {strings.perQuestion}:{' '}
          {interviews.span(limits.questionSeconds)}.
        </p>
      </Part>
      <Part level={level} title={interviews.sensors.title}>
        {sensors.length === 0 && <p>{interviews.sensors.none}</p>}
        <ul className="grid gap-2 empty:hidden">
          {sensors.map(({ sensor, required }) => (
            <li key={sensor} className="flex flex-wrap items-center gap-2">
              {interviews.sensors.names[sensor]}
              <Badge tone={required ? 'warn' : 'neutral'}>
                {required ? interviews.sensors.choices.required : interviews.sensors.choices.asked}
              </Badge>
            </li>
          ))}
        </ul>
      </Part>
      <Part level={level} title={interviews.policy.title}>
        <p>
          {policyName === null
            ? interviews.policy.unnamed(policy.version)
            : interviews.policy.named(policyName, policy.version)}
        </p>
      </Part>
      <Part level={level} title={interviews.sharing.title}>
        <p>{open ? strings.open : interviews.sharing.invitedOnly}</p>
      </Part>
    </div>
  )
}

function Part({ level, title, children }: { level: 2 | 3; title: string; children: ReactNode }) {
  const Heading = level === 2 ? 'h2' : 'h3'
  return (
    <div className="grid min-w-0 gap-2">
      <Heading className="font-semibold">{title}</Heading>
      {children}
    </div>
  )
}
