import type { InterviewDefinition } from '@viva/api/contract'

/** The interview that a new installation starts with: fixed and AI questions, follow-ups, and a rubric. */
export const demoInterview: Omit<InterviewDefinition, 'policy'> = {
  title: 'Backend engineer: first conversation',
  introduction:
    'Four questions about how you build and run software. Take your time: there are no trick questions, and a short true answer is better than a long one. The page reports when it is hidden or left; nothing is decided by a machine.',
  questions: [
    {
      id: 'system-you-built',
      kind: 'fixed',
      text: 'Tell us about a system you built or changed that you know well. What does it do, and what was your part in it?',
      seconds: 600,
      maxFollowUps: 1,
    },
    {
      id: 'reliability',
      kind: 'ai',
      topic: 'finding and fixing a fault in production',
      difficulty: 'medium',
      seconds: 480,
      maxFollowUps: 0,
    },
    {
      id: 'data-design',
      kind: 'ai',
      topic: 'designing a database schema that will have to change',
      difficulty: 'medium',
      seconds: 480,
      maxFollowUps: 0,
    },
    {
      id: 'disagreement',
      kind: 'fixed',
      text: 'Describe a technical decision that you disagreed with. What did you do, and how did it end?',
      seconds: 480,
      maxFollowUps: 0,
    },
  ],
  rubric: [
    {
      id: 'technical-depth',
      name: 'Technical depth',
      description: 'How well the candidate understands the systems they describe.',
      weight: 2,
      anchors: [
        { score: 1, behaviour: 'Names tools, but cannot say what they do or why they were chosen.' },
        { score: 3, behaviour: 'Explains the parts of a system and how they work together.' },
        { score: 5, behaviour: 'Explains trade-offs, limits and what would break first, with examples.' },
      ],
    },
    {
      id: 'problem-solving',
      name: 'Problem solving',
      description: 'How the candidate gets from a symptom to a cause and to a remedy.',
      weight: 2,
      anchors: [
        { score: 1, behaviour: 'Guesses and tries things until one of them works.' },
        { score: 3, behaviour: 'Narrows a problem down step by step.' },
        {
          score: 5,
          behaviour: 'States what would prove each guess wrong, and prevents the whole class of fault.',
        },
      ],
    },
    {
      id: 'communication',
      name: 'Communication',
      description: 'How clearly the candidate speaks about work, also where people disagreed.',
      weight: 1,
      anchors: [
        { score: 1, behaviour: 'The listener cannot tell what happened or who did what.' },
        { score: 3, behaviour: 'Tells what happened in order, with their own part in it.' },
        { score: 5, behaviour: 'Gives the views of others fairly, and says what they themselves learned.' },
      ],
    },
  ],
  limits: { totalSeconds: 3600, questionSeconds: 480 },
  sensors: [
    { sensor: 'browser', required: true },
    { sensor: 'camera', required: false },
    { sensor: 'microphone', required: false },
  ],
  open: true,
}
