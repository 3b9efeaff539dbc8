/** The interview that the demo defines: word for word, a follow-up on the answer, and one that the AI writes. */
export const INTERVIEW = {
  title: 'Backend engineer',
  introduction:
    'Three questions about systems you have built. Take your time; your answers are read by a person.',
  questions: [
    {
      id: 'built',
      kind: 'fixed',
      text: 'Tell us about a system you built. Which decision in it mattered most, and why?',
      maxFollowUps: 1,
    },
    { id: 'exactly-once', kind: 'ai', topic: 'Queues in distributed systems', difficulty: 'hard' },
  ],
  rubric: [
    {
      id: 'judgement',
      name: 'Judgement',
      description: 'Weighs what a decision costs against what it brings.',
      weight: 2,
      anchors: [
        { score: 1, behaviour: 'Names a decision, but no alternative and no price.' },
        { score: 3, behaviour: 'Names the price of a decision and who paid it.' },
        { score: 5, behaviour: 'Shows by its consequences why the price was worth paying, or was not.' },
      ],
    },
    {
      id: 'honesty',
      name: 'Learning from failure',
      description: 'Speaks of what went wrong and of what was changed.',
      weight: 1,
      anchors: [
        { score: 1, behaviour: 'Nothing ever went wrong, or others were at fault.' },
        { score: 5, behaviour: 'Names an own mistake, how it was found, and what is different now.' },
      ],
    },
  ],
  limits: { totalSeconds: 1800, questionSeconds: 600 },
  sensors: [
    { sensor: 'browser', required: true },
    { sensor: 'camera', required: false },
  ],
} as const

/** Questions that this interview comes to: two planned ones and a follow-up. */
export const QUESTIONS = 3
