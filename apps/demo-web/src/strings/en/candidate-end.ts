import type { EndReason } from '@viva/client'

/* What is read after the end. */

export const end = {
  completed: {
    title: 'Thank you, you are done',
    text: (company: string) => `Your answers are handed in to ${company}.`,
  },
  ended: { title: 'The interview has ended' },
  reasons: {
    policy: 'It was ended by a rule that the company set for what the page notices. A person looks at it.',
    expired: 'Its time was over. Everything that you sent is kept, and counts.',
    withdrawn: 'You withdrew, or the company ended it at your wish. What you sent is kept.',
    technical: 'The company ended it for a technical reason. What you sent is kept; ask them how to go on.',
  } satisfies Record<EndReason, string>,
  unknownReason: 'What you sent is kept.',
  recordedTitle: 'What was recorded',
  counts: {
    questions: 'Questions asked',
    answers: 'Answers sent',
    signals: 'Things the page noticed',
    strikes: 'Marked for a person',
    media: 'Recordings stored',
    events: 'Entries in the log',
  },
  started: 'Started',
  closed: 'Ended',
  proofTitle: 'Your proof',
  proofText:
    'Every entry of the log is chained to the one before. This is the fingerprint of the last one: keep it, and any later change to what you said can be shown.',
  copyProof: 'Copy the fingerprint',
  nextTitle: 'What happens next',
  next: [
    'People read your answers. Where a machine suggests a score, it must quote your words, and a person decides.',
    'Whatever the page noticed is looked at by a person, who can take it back.',
    'The company gets in touch with you. You can close this page.',
  ],
  unsentTitle: 'Not handed in',
  unsentText:
    'These words are on this device and did not reach the company before the end. Copy them if they matter to you, and ask the company.',
  copyWords: 'Copy this text',
  refusedAnswer: 'Sent too late',
  draft: 'Written, not sent',
  leaveTitle: 'On a shared device?',
  leaveGuest:
    'You came in as a guest. Log out so that nobody after you sees this page; you cannot come back to it then.',
  leaveUser: (who: string) => `You are signed in as ${who}.`,
  logOut: 'Log out',
  account: 'Your account',
} as const
