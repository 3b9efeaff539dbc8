import type { Sensor } from '@viva/client'
import { duration, plural } from './candidate-words.ts'

/* What is read before the clock starts. */

export const precheck = {
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
} as const

export const checks = {
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
    slow: (ms: number) => `The server takes ${ms} ms. That is slow, and enough: answers wait on this device.`,
    missing: 'The server did not answer. Answers will wait on this device until it does.',
  },
} as const

export const ready = {
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
} as const
