import { type Difficulty, type InterviewDefinition, SENSORS, type Sensor, type VivaApi } from '@viva/client'

export type SensorChoice = 'off' | 'asked' | 'required'

/** A planned question while it is edited. It keeps the fields of both kinds, so that trying the other loses nothing. */
export interface QuestionForm {
  id: string
  kind: 'fixed' | 'ai'
  text: string
  topic: string
  difficulty: Difficulty
  seconds: string
  maxFollowUps: string
}

/** A criterion while it is edited: an anchor for each of the five scores, empty where there is none. */
export interface CriterionForm {
  id: string
  name: string
  description: string
  weight: string
  anchors: { score: number; behaviour: string }[]
}

/** An interview's definition as its editor holds it. Numbers are what was typed; paths are those of the definition. */
export interface InterviewForm {
  title: string
  introduction: string
  questions: QuestionForm[]
  rubric: CriterionForm[]
  limits: { totalSeconds: string; questionSeconds: string }
  sensors: Record<Sensor, SensorChoice>
  open: boolean
  /** An empty id stands for the company's standard policy in its newest version. */
  policy: { policyId: string; version: string }
}

/** A definition as the server takes it. */
export type DefinitionInput = Parameters<VivaApi['interviews']['create']['mutate']>[0]['definition']

const SCORES = [1, 2, 3, 4, 5]

/** An id for a part of a plan, which stays the same over versions. */
function newPlanId(prefix: string): string {
  return `${prefix}-${crypto.randomUUID().slice(0, 8)}`
}

/** A question that nothing is written in yet. */
export function emptyQuestion(): QuestionForm {
  return {
    id: newPlanId('question'),
    kind: 'fixed',
    text: '',
    topic: '',
    difficulty: 'medium',
    seconds: '',
    maxFollowUps: '0',
  }
}

/** The same question as one of its own. */
export function duplicateQuestion(question: QuestionForm): QuestionForm {
  return { ...question, id: newPlanId('question') }
}

/** A criterion that nothing is written in yet. */
export function emptyCriterion(): CriterionForm {
  return {
    id: newPlanId('criterion'),
    name: '',
    description: '',
    weight: '1',
    anchors: SCORES.map((score) => ({ score, behaviour: '' })),
  }
}

/** The same criterion as one of its own. */
export function duplicateCriterion(criterion: CriterionForm): CriterionForm {
  return {
    ...criterion,
    id: newPlanId('criterion'),
    anchors: criterion.anchors.map((anchor) => ({ ...anchor })),
  }
}

/** What the editor of a new interview starts with. */
export function emptyForm(): InterviewForm {
  return {
    title: '',
    introduction: '',
    questions: [emptyQuestion()],
    rubric: [],
    limits: { totalSeconds: '1800', questionSeconds: '300' },
    sensors: { browser: 'asked', screen: 'off', camera: 'off', microphone: 'off' },
    open: false,
    policy: { policyId: '', version: '' },
  }
}

/** Opens a definition for editing. */
export function toForm(definition: InterviewDefinition): InterviewForm {
  const choices = new Map(definition.sensors.map(({ sensor, required }) => [sensor, required]))
  const choiceOf = (sensor: Sensor): SensorChoice => {
    const isRequired = choices.get(sensor)
    return isRequired === undefined ? 'off' : isRequired ? 'required' : 'asked'
  }
  return {
    title: definition.title,
    introduction: definition.introduction,
    questions: definition.questions.map((question) => ({
      ...emptyQuestion(),
      ...question,
      seconds: question.seconds === undefined ? '' : String(question.seconds),
      maxFollowUps: String(question.maxFollowUps),
    })),
    rubric: definition.rubric.map(({ weight, anchors, ...criterion }) => ({
      ...criterion,
      weight: String(weight),
      anchors: SCORES.map((score) => ({
        score,
        behaviour: anchors.find((anchor) => anchor.score === score)?.behaviour ?? '',
      })),
    })),
    limits: {
      totalSeconds: String(definition.limits.totalSeconds),
      questionSeconds: String(definition.limits.questionSeconds),
    },
    sensors: {
      browser: choiceOf('browser'),
      screen: choiceOf('screen'),
      camera: choiceOf('camera'),
      microphone: choiceOf('microphone'),
    },
    open: definition.open,
    policy: { policyId: definition.policy.policyId, version: String(definition.policy.version) },
  }
}

/** What was typed, as a number; NaN where nothing was, which every schema refuses. */
function toNumber(typed: string): number {
  return typed.trim() === '' ? Number.NaN : Number(typed)
}

/** Closes the form: the definition it stands for, right or wrong. The schema is what tells. */
export function toDefinition(form: InterviewForm): DefinitionInput {
  return {
    title: form.title,
    introduction: form.introduction,
    questions: form.questions.map(({ id, kind, text, topic, difficulty, seconds, maxFollowUps }) => {
      const shared = {
        id,
        maxFollowUps: toNumber(maxFollowUps),
        ...(seconds.trim() !== '' && { seconds: toNumber(seconds) }),
      }
      return kind === 'fixed' ? { kind, ...shared, text } : { kind, ...shared, topic, difficulty }
    }),
    rubric: form.rubric.map(({ id, name, description, weight, anchors }) => ({
      id,
      name,
      description,
      weight: toNumber(weight),
      anchors: anchors.filter(({ behaviour }) => behaviour.trim() !== ''),
    })),
    limits: {
      totalSeconds: toNumber(form.limits.totalSeconds),
      questionSeconds: toNumber(form.limits.questionSeconds),
    },
    sensors: SENSORS.filter((sensor) => form.sensors[sensor] !== 'off').map((sensor) => ({
      sensor,
      required: form.sensors[sensor] === 'required',
    })),
    open: form.open,
    ...(form.policy.policyId !== '' && {
      policy: { policyId: form.policy.policyId, version: toNumber(form.policy.version) },
    }),
  }
}
