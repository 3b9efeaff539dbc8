/* What is read about strikes. */

export const strikes = {
  title: 'Noticed by the page',
  text: 'A person looks at each of these. You can go on as before.',
  none: 'Nothing so far. A person looks at whatever is marked here.',
  spoken: (message: string) => `Noticed: ${message} A person looks at it; go on as before.`,
  lifted: 'Taken back by a person',
  confirmed: 'Looked at by a person, who let it stand',
  spokenLifted: (message: string) => `Taken back by a person: ${message}`,
} as const
