export const gate = {
  title: 'You are signed out on this device',
  text: 'Interviews can only be gone on with where they were begun, or with the account they belong to. What you wrote is still kept on this device.',
  logIn: 'Log in',
  notYours: 'This interview is not yours',
  notYoursText: (who: string) =>
    `You are signed in as ${who}. If you began the interview with another account, log in with that one.`,
  logOut: 'Log out',
  unreachable: 'The interview could not be loaded',
  unreachableText: 'What you wrote is kept on this device. This page tries again by itself.',
} as const
