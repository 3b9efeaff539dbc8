import type { Severity } from '@viva/client'
import { events } from './events.ts'

const plural = (count: number, one: string, many: string) => (count === 1 ? `1 ${one}` : `${count} ${many}`)

/** The list of policies, their editor, and the preview of what they would decide. */
export const policies = {
  list: {
    title: 'Policies',
    text: 'Rules that turn what a browser reports into strikes, and strikes into consequences. A person decides about each strike.',
    create: 'New policy',
    label: 'Policies',
    emptyTitle: 'No policy yet',
    emptyText: 'A company begins with a standard policy. Make one of your own to change what counts.',
    version: (version: number) => `Version ${version}`,
    rules: (count: number) => plural(count, 'rule', 'rules'),
    consequences: (count: number) => plural(count, 'consequence', 'consequences'),
    ends: 'May end an interview',
    made: 'Made',
  },
  newTitle: 'New policy',
  newText: 'Interviews choose a policy by name and version.',
  untitled: 'Policy',
  back: 'All policies',
  notFoundTitle: 'This policy is not here',
  notFoundText: 'The address is wrong, or the policy belongs to another company.',
  keepVersion:
    'Saving makes a version. Interviews keep the version they name; choose the new one in their editor.',
  readOnly: 'Your role may read policies and try them, not change them.',

  about: { title: 'About', name: 'Name' },

  rules: {
    title: 'Rules',
    text: 'A rule makes a strike when enough of its signals come together. Each signal counts once for it.',
    empty: 'No rule: signals are recorded, and never become a strike.',
    rule: (position: number) => `Rule ${position}`,
    kinds: 'Signals that count',
    count: 'How many make a strike',
    window: 'Within seconds',
    windowHint: '0: at any time.',
    severity: 'Severity',
    message: 'Message',
    messageHint: 'The candidate and the reviewer read it.',
    add: 'Add a rule',
    duplicate: (position: number) => `Duplicate rule ${position}`,
    remove: (position: number) => `Remove rule ${position}`,
    added: (position: number) => `Rule ${position} added.`,
    removed: (position: number) => `Rule ${position} removed.`,
    /** A rule in one sentence. */
    sentence: (count: number, kinds: readonly string[], windowSeconds: number) =>
      `${count} × ${kinds.join(' or ')}${windowSeconds > 0 ? `, within ${windowSeconds} s` : ', at any time'}`,
  },

  consequences: {
    title: 'Consequences',
    text: 'What happens once enough strikes stand. Each happens once in a session.',
    empty: 'No consequence: strikes are shown to reviewers, and nothing follows by itself.',
    consequence: (position: number) => `Consequence ${position}`,
    strikes: 'Strikes',
    severity: 'Of at least',
    action: 'What happens',
    actions: {
      warn: 'Warn the candidate',
      flag: 'Flag the session for a person',
      end: 'End the interview',
    },
    add: 'Add a consequence',
    remove: (position: number) => `Remove consequence ${position}`,
    added: (position: number) => `Consequence ${position} added.`,
    removed: (position: number) => `Consequence ${position} removed.`,
    endTitle: 'This ends an interview without a person',
    endText:
      'Signals can be wrong: a notification or a failing cable looks like leaving the page. Once ended, a session cannot go on, whatever a person decides later. Flag instead, and let people decide.',
    sentence: (strikes: number, severity: Severity, action: string) =>
      severity === 'info'
        ? `${plural(strikes, 'strike', 'strikes')}: ${action}`
        : `${plural(strikes, 'strike', 'strikes')} of at least ${events.severities[severity]}: ${action}`,
  },

  preview: {
    title: 'Try it',
    text: 'What these rules would decide about a sample, by the same engine that judges sessions. Nothing is recorded.',
    samples: 'Ready-made samples',
    sampleNames: {
      twoTabSwitches: 'Two tab switches in a minute',
      onePaste: 'One paste',
      fullscreenTwice: 'Fullscreen left twice',
      manySignals: 'A restless half hour',
      nothingSeen: 'Sensor and connection trouble',
    },
    signals: 'Signals of the sample',
    signalOf: (position: number) => `Signal ${position}`,
    secondsOf: (position: number) => `Seconds of signal ${position}`,
    add: 'Add a signal',
    remove: (position: number) => `Remove signal ${position}`,
    added: (position: number) => `Signal ${position} added.`,
    removed: (position: number) => `Signal ${position} removed.`,
    sampleHint: 'Each with the seconds from the start.',
    emptySample: 'The sample is empty. Add a signal, or take a ready-made sample.',
    result: 'What would happen',
    summary: (strikes: number, consequences: number) =>
      strikes === 0
        ? 'No strike.'
        : `${plural(strikes, 'strike', 'strikes')}, ${plural(consequences, 'consequence', 'consequences')}.`,
    waiting: 'The rules have mistakes. Shown is what they decided before.',
    strike: (number: number, severity: Severity) => `Strike ${number}, ${events.severities[severity]}`,
    madeOf: (times: readonly string[]) => `From the signals at ${times.join(', ')}`,
    due: (action: string) => `Due: ${action}`,
    dueBecause: (strikes: number, severity: Severity) =>
      severity === 'info'
        ? `${plural(strikes, 'strike stands', 'strikes stand')}.`
        : `${plural(strikes, 'strike', 'strikes')} of at least ${events.severities[severity]} ${strikes === 1 ? 'stands' : 'stand'}.`,
    notJudged: 'Not judged: the interview was over',
    inStrike: (numbers: readonly number[]) =>
      numbers.length === 1 ? `Strike ${numbers[0]}` : `Strikes ${numbers.join(' and ')}`,
    badSeconds: 'Enter 0 or more.',
  },
}
