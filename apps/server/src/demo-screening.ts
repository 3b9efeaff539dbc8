import type { InterviewDefinition } from '@viva/api/contract'

/** The demo's second interview: a written screening by invitation, whose questions stand word for word. */
export const demoScreening: Omit<InterviewDefinition, 'policy'> = {
  title: 'Site reliability engineer: written screening',
  introduction:
    'Three questions to be answered in writing, in about half an hour. We read for how you think, not for style. The camera is optional: answers count the same without it.',
  questions: [
    {
      id: 'slow-page',
      kind: 'fixed',
      text: 'Since this morning a page that took 200 ms takes 4 seconds, but only for some users. What do you look at first, and what would each finding tell you?',
      seconds: 900,
      maxFollowUps: 0,
    },
    {
      id: 'risky-change',
      kind: 'fixed',
      text: 'A column of a large table has to be renamed while the service stays up. Write down the steps, and where you could still turn back.',
      seconds: 900,
      maxFollowUps: 0,
    },
    {
      id: 'own-mistake',
      kind: 'fixed',
      text: 'Tell us about an outage that you caused or made worse. What is different today because of it?',
      seconds: 600,
      maxFollowUps: 0,
    },
  ],
  rubric: [
    {
      id: 'diagnosis',
      name: 'Diagnosis',
      description: 'How the candidate gets from what users see to what is wrong.',
      weight: 2,
      anchors: [
        { score: 1, behaviour: 'Names tools or restarts things without saying what would be learned.' },
        { score: 3, behaviour: 'Compares those who are affected with those who are not, and narrows down.' },
        { score: 5, behaviour: 'Orders the checks by what they rule out, and says what each result means.' },
      ],
    },
    {
      id: 'safe-change',
      name: 'Safe change',
      description: 'Whether a change can be stopped and undone at every step.',
      weight: 2,
      anchors: [
        { score: 1, behaviour: 'One big step that works or does not.' },
        { score: 3, behaviour: 'Several steps, of which old and new code can both live with each.' },
        { score: 5, behaviour: 'Also says how each step is checked, and which one cannot be undone.' },
      ],
    },
    {
      id: 'ownership',
      name: 'Ownership',
      description: 'How the candidate speaks about a fault of their own.',
      weight: 1,
      anchors: [
        { score: 1, behaviour: 'Others were at fault, or it could not have been prevented.' },
        { score: 3, behaviour: 'Names the own mistake and how it was repaired.' },
        { score: 5, behaviour: 'Shows what was changed so that nobody can make the same mistake again.' },
      ],
    },
  ],
  limits: { totalSeconds: 2700, questionSeconds: 900 },
  sensors: [
    { sensor: 'browser', required: true },
    { sensor: 'camera', required: false },
  ],
  open: false,
}
