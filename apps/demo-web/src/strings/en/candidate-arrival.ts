import type { Sensor } from '@viva/client'
import { duration, plural } from './candidate-words.ts'

/* What is read before a session is anybody's. */

/** What each sensor records, and why. */
export const sensors: Record<Sensor, { name: string; what: string; why: string }> = {
  browser: {
    name: 'What this page notices',
    what: 'When this page is hidden or another window comes to the front, when fullscreen is left, when text is copied or pasted (its length, never the text), whether a second screen is connected, and when the connection is lost.',
    why: 'So that the company can see whether answers were written here. A person looks at it together with your answers.',
  },
  camera: {
    name: 'Camera',
    what: 'Video of you, only while you answer and only while a red sign says so. You can stop it at any time.',
    why: 'So that the people who read your answers can also see you give them.',
  },
  microphone: {
    name: 'Microphone',
    what: 'Your voice, only while you answer and only while a red sign says so. You can stop it at any time.',
    why: 'So that you can also speak your answers.',
  },
  screen: {
    name: 'Screen',
    what: 'Video of the screen or window that you choose, only while you answer and only while a red sign says so.',
    why: 'So that the company can see how you work on an answer.',
  },
}

export const outline = {
  title: 'What to expect',
  questions: (count: number) =>
    `${plural(count, 'question', 'questions')}; the interviewer may ask follow-ups`,
  total: (seconds: number) => `${duration(seconds)} for everything, from the moment you start`,
  each: (seconds: number) => `${duration(seconds)} for one question, unless it says otherwise`,
  late: 'An answer that comes late is kept, and marked as late',
  resume: 'Closing the page loses nothing: come back on this device and go on. The clock does not stop',
} as const

export const records = {
  title: 'What is recorded, and why',
  answers: {
    name: 'Your answers',
    what: 'The text you send, with its time. What you type stays on this device until you send it, or until the whole time is over.',
    why: 'It is what the interview is about.',
  },
  always: 'Part of every interview',
  required: 'Needed for this interview',
  voluntary: 'Your choice',
  why: 'Why:',
  people:
    'No decision on your application is made by a machine. What is noticed is only marked; a person looks at it, and can take it back.',
  equal:
    'Saying no to the camera or the microphone is an equal way: written answers count the same, and saying no is not held against you.',
  nothing: 'No camera, no microphone, and nothing noticed by the page.',
} as const

export const invitation = {
  title: (company: string) => `${company} invites you to an interview`,
  reading: 'Your invitation',
  until: 'You can begin until',
  begin: 'Begin',
  name: 'Your name',
  nameHint: 'This is how you appear to the company.',
  nameNeeded: 'Write your name.',
  asGuest: 'You need no account. You come in as a guest, on this device.',
  asUser: (who: string) => `You are signed in as ${who}. The interview will belong to this account.`,
  notYou: 'Not you? Log out',
  noClock: 'Beginning starts no clock: first you decide what is recorded and check your devices.',
  invalid: {
    title: 'This link cannot be used',
    text: 'It was used already, has expired, or is not complete.',
    points: [
      'Look whether the whole link was copied, to its last character.',
      'If you began on this device, the interview opens by itself from the same browser.',
      'If you began elsewhere, go on there.',
      'Otherwise ask whoever invited you for a new link.',
    ],
  },
  none: {
    title: 'There is no invitation here',
    text: 'Open the whole link that you were sent.',
  },
} as const

export const open = {
  title: 'Starting your interview',
  failed: 'The interview could not be opened',
  gone: 'This interview does not exist, or is not open to everybody. Ask the company for an invitation.',
} as const
