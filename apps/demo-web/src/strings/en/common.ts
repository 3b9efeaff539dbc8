import type { Role } from '@viva/client'

/** The language of these words, for dates, numbers and lists. */
export const LOCALE = 'en'

/** Words that many screens share. Screens have files of their own beside this one. */
export const common = {
  product: 'Viva',
  documentTitle: (page: string) => `${page} · Viva`,
  skipToContent: 'Skip to content',
  loading: 'Loading…',
  tryAgain: 'Try again',
  cancel: 'Cancel',
  close: 'Close',
  save: 'Save',
  copy: 'Copy',
  copied: 'Copied',
  notCopied: 'Copying is blocked: select the text',
  optional: 'optional',
  back: 'Back',
  more: 'Show more',
  requestId: (id: string) => `Request ${id}`,
  somethingFailed: 'This did not work',
  notFound: {
    title: 'There is nothing here',
    text: 'The address is wrong, or what it named is gone.',
    home: 'Go to the start page',
  },
  crashed: {
    title: 'This page broke',
    text: 'It is our fault, not yours. Nothing that you sent is lost. Load the page again to go on.',
    reload: 'Load again',
  },
  unreachable: {
    title: 'The server cannot be reached',
    text: 'Check your connection. This page goes on by itself once you try again.',
  },
  nav: {
    label: 'Main',
    interviews: 'Interviews',
    policies: 'Policies',
    sessions: 'Sessions',
    monitor: 'Live',
    account: 'Account',
    menu: 'Menu',
    logIn: 'Log in',
    logOut: 'Log out',
  },
  theme: { label: 'Theme', system: 'System', light: 'Light', dark: 'Dark' },
  connection: {
    connecting: 'Connecting…',
    open: 'Live',
    reconnecting: 'Reconnecting…',
    offline: 'Offline',
    closed: 'Not connected',
  },
  roles: {
    admin: 'Admin',
    hr: 'HR',
    team_lead: 'Team lead',
    employee: 'Employee',
    reviewer: 'Reviewer',
  } satisfies Record<Role, string>,
}
