import type { EndReason, Sensor } from '@viva/client'

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`

/** A length of time in words: "1 hour 30 minutes", "45 seconds". */
function duration(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const parts = [
    hours > 0 && plural(hours, 'hour', 'hours'),
    minutes > 0 && plural(minutes, 'minute', 'minutes'),
    rest > 0 && plural(rest, 'second', 'seconds'),
  ]
  return parts.filter(Boolean).join(' ')
}

const sensors: Record<Sensor, { name: string; what: string; why: string }> = {
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

/** Everything the candidate reads. */
export const candidate = {
  sensors,
  outline: {
    title: 'What to expect',
    questions: (count: number) =>
      `${plural(count, 'question', 'questions')}; the interviewer may ask follow-ups`,
    total: (seconds: number) => `${duration(seconds)} for everything, from the moment you start`,
    each: (seconds: number) => `${duration(seconds)} for one question, unless it says otherwise`,
    late: 'An answer that comes late is kept, and marked as late',
    resume: 'Closing the page loses nothing: come back on this device and go on. The clock does not stop',
  },
  records: {
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
  },
  invitation: {
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
  },
  open: {
    title: 'Starting your interview',
    failed: 'The interview could not be opened',
    gone: 'This interview does not exist, or is not open to everybody. Ask the company for an invitation.',
  },
  gate: {
    title: 'You are signed out on this device',
    text: 'Interviews can only be gone on with where they were begun, or with the account they belong to. What you wrote is still kept on this device.',
    logIn: 'Log in',
    notYours: 'This interview is not yours',
    notYoursText: (who: string) =>
      `You are signed in as ${who}. If you began the interview with another account, log in with that one.`,
    logOut: 'Log out',
    unreachable: 'The interview could not be loaded',
    unreachableText: 'What you wrote is kept on this device. This page tries again by itself.',
  },
  precheck: {
    title: 'Before you start',
    lead: (company: string) => `An interview of ${company}. The clock has not started.`,
    consentTitle: 'You decide what is recorded',
    consentText: 'What you do not tick is not recorded.',
    agree: {
      browser: 'The page may notice these things',
      camera: 'My camera may be recorded',
      microphone: 'My microphone may be recorded',
      screen: 'My screen may be recorded',
    } satisfies Record<Sensor, string>,
    requiredMissing: (company: string) =>
      `This interview cannot be started without it. If you do not want it, do not go on: ask ${company} for another way. You can come back to this page meanwhile.`,
    checksTitle: 'Check your devices',
    checksText: 'Nothing here is recorded, and nothing here has to work: you can always answer in writing.',
    submit: 'Save and go on',
    missing: 'Something that this interview needs is not agreed to.',
  },
  checks: {
    status: {
      untried: 'Not tried',
      trying: 'Trying…',
      ok: 'Works',
      missing: 'Not available',
      refused: 'Not allowed',
    },
    run: (name: string) => `Try: ${name}`,
    again: (name: string) => `Try again: ${name}`,
    stop: (name: string) => `Stop: ${name}`,
    short: { run: 'Try', again: 'Try again', stop: 'Stop' },
    camera: {
      name: 'Camera',
      preview: 'What your camera sees',
      text: 'See your picture.',
      off: 'Not agreed to, so it is not needed.',
      missing: 'No camera was found, or another program uses it. You can go on without.',
      refused:
        'The browser does not let this page use the camera. Allow it beside the address, or go on without.',
    },
    microphone: {
      name: 'Microphone',
      level: 'Microphone level',
      silent: 'Silent. Say something.',
      quiet: 'Quiet, but heard.',
      good: 'Heard well.',
      text: 'Say something and watch the bar.',
      off: 'Not agreed to, so it is not needed.',
      missing: 'No microphone was found. You can go on without.',
      refused:
        'The browser does not let this page use the microphone. Allow it beside the address, or go on without.',
    },
    fullscreen: {
      name: 'Fullscreen',
      text: 'Opens for a moment, so that you know what it looks like. Escape leaves it.',
      ok: 'It works here.',
      missing: 'This browser has no fullscreen for pages. You can go on without.',
      refused: 'The browser did not open it. You can go on without.',
    },
    network: {
      name: 'Connection',
      text: 'How long the server takes to answer.',
      ok: (ms: number) => `The server answers within ${ms} ms.`,
      slow: (ms: number) =>
        `The server takes ${ms} ms. That is slow, and enough: answers wait on this device.`,
      missing: 'The server did not answer. Answers will wait on this device until it does.',
    },
  },
  ready: {
    title: 'Ready to start',
    next: 'What happens next',
    steps: (questions: number, seconds: number) => [
      `When you press Start, the clock of ${duration(seconds)} begins. It runs on the server and does not stop.`,
      `Questions come one at a time, ${plural(questions, 'question', 'questions')} with possible follow-ups. You cannot go back to one.`,
      'What you write is kept on this device as you type, and handed in when you send it.',
      'If the connection is lost, go on: what you send waits here and goes out by itself.',
    ],
    fullscreen: 'Open in fullscreen',
    fullscreenHint: 'You can leave it at any time. If you agreed to it, the page notes that it was left.',
    agreed: 'You agreed to',
    agreedNothing: 'Nothing is recorded but your answers.',
    change: 'Change what is recorded',
    start: 'Start the interview',
    startBy: 'Start before',
  },
  room: {
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
  },
  recording: {
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
  },
  strikes: {
    title: 'Noticed by the page',
    text: 'A person looks at each of these. You can go on as before.',
    spoken: (message: string) => `Noticed: ${message} A person looks at it; go on as before.`,
    lifted: 'Taken back by a person',
    confirmed: 'Looked at by a person, who let it stand',
    spokenLifted: (message: string) => `Taken back by a person: ${message}`,
  },
  end: {
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
  },
} as const
