import { plural } from './candidate-words.ts'

/* What is read during the interview. */

export const room = {
  loading: 'Your interview is on its way',
  question: (index: number, count: number) => `Question ${index} of ${count}`,
  position: (position: number) => `Question ${position}`,
  followUp: (index: number, count: number) => `Follow-up to question ${index} of ${count}`,
  asking: 'The next question is on its way…',
  writing: 'The interviewer is writing…',
  askingOffline:
    'The next question comes when you are connected again. What you sent is safe on this device.',
  sendingOffline:
    'Your answer is saved on this device and goes out by itself when you are connected again. You can leave the page open.',
  sending: 'Sending your answer…',
  spoken: (index: string, text: string) => `${index}. ${text}`,
  answer: 'Your answer',
  words: (count: number) => plural(count, 'word', 'words'),
  tooLong: (over: number) => `${over} characters too long to be sent. Nothing is lost: shorten it.`,
  saved: 'Saved on this device',
  notSaved: 'Cannot be saved on this device: send it before you leave the page',
  nothingYet: 'Kept as you type',
  submit: 'Send answer',
  submitHint: 'Ctrl or ⌘ with Enter sends it, too.',
  skip: 'Skip',
  skipTitle: 'Skip this question?',
  skipText: 'An empty answer is recorded, and the next question comes. You cannot come back to this one.',
  skipLoses: 'What you wrote here is not sent.',
  skipConfirm: 'Skip it',
  sent: 'Your answer was sent.',
  sentLate: 'Your answer was sent. It came late, and is kept.',
  waiting: (count: number) =>
    count === 1 ? '1 answer waits to be sent' : `${count} answers wait to be sent`,
  refused: 'The server did not take this answer. Your text is below; send it again.',
  restored: 'Here is what you wrote before.',
  timers: {
    question: 'This question',
    total: 'Whole interview',
    lastMinute: 'Less than a minute',
    over: 'Time over',
    warnQuestion: 'Less than one minute left for this question.',
    warnTotal:
      'Less than one minute left for the whole interview. What you have written is sent by itself at its end.',
    overQuestion: 'The time for this question is over.',
  },
  overNotice:
    'The time for this question is over. Finish your sentence and send it: it is kept, and marked as late. The clock of the whole interview goes on.',
  fullscreen: { left: 'You left fullscreen.', back: 'Back to fullscreen' },
  otherTab: {
    title: 'This interview is open in another tab',
    text: 'Go on in only one of them. The other tab reports what the page notices; this one takes over when you close it.',
  },
  done: {
    title: 'That was the last question',
    text: 'Hand the interview in to finish. Afterwards nothing can be added.',
  },
  finish: 'Finish',
  finishTitle: 'Hand the interview in?',
  finishEarly: 'There may be more questions. Those that were not asked stay open.',
  finishDraft: 'The answer that you are writing is not sent yet. Send it first, if it should count.',
  finishText: 'Your answers go to the company, and nothing can be added.',
  finishConfirm: 'Hand in',
  finishing: 'Your answers are being sent first. Offline this waits for the connection.',
  finishUploads: (count: number) =>
    `${plural(count, 'part of the recording is', 'parts of the recording are')} still being sent. You can wait, or hand in without.`,
  withdraw: 'Withdraw',
  withdrawTitle: 'Withdraw from the interview?',
  withdrawText: 'The interview ends. What you have sent is kept, and cannot be added to.',
  withdrawReason: 'Why, if you want to say',
  withdrawConfirm: 'Withdraw',
  stay: 'Go on with the interview',
} as const

export const recording = {
  title: 'Recording',
  off: 'Nothing is being recorded.',
  paused: 'Goes on with the next question.',
  on: (what: string) => `Recording: ${what}`,
  start: 'Record my answers',
  stop: 'Stop recording',
  asking: 'Waiting for the browser…',
  preview: 'You, as your camera is being recorded',
  with: { camera: 'camera', microphone: 'microphone', screen: 'screen' },
  unavailable: (what: string) =>
    `Not available: ${what}. Nothing is held against you; go on in writing, or try again.`,
  unsupported: 'This browser cannot record. Go on in writing; it counts the same.',
  stored: (count: number) => `${plural(count, 'part', 'parts')} stored`,
  waitingParts: (count: number) => `${plural(count, 'part', 'parts')} being sent`,
  retrying: 'Sending failed; it is tried again.',
  refusedPart: (message: string) => `A part could not be stored: ${message}`,
} as const
