import type { Difficulty, Sensor } from '@viva/client'

const plural = (count: number, one: string, many: string) => (count === 1 ? `1 ${one}` : `${count} ${many}`)

/** The list of interviews and their editor. */
export const interviews = {
  list: {
    title: 'Interviews',
    text: 'What candidates are asked, how answers are scored, and what is observed.',
    create: 'New interview',
    emptyTitle: 'No interview yet',
    emptyText:
      'An interview holds the questions, the rubric and the limits. Make one, publish it, invite candidates.',
    emptyTextReadOnly: 'As soon as somebody of your company makes one, it stands here.',
    label: 'Interviews',
    questions: (count: number) => plural(count, 'question', 'questions'),
    updated: 'Updated',
    published: (version: number) => `Published: version ${version}`,
    draft: (version: number) => `Draft: version ${version}`,
    open: 'Open to anyone',
    invite: 'Invite',
    inviteTo: (title: string) => `Invite to ${title}`,
    copyLink: 'Copy link',
    copyOpenLink: (title: string) => `Copy link to ${title}`,
  },

  newTitle: 'New interview',
  newText: 'Saving makes a draft. Candidates get it once a version of it is published.',
  untitled: 'Interview',
  back: 'All interviews',

  about: {
    title: 'About',
    name: 'Title',
    introduction: 'Introduction',
    introductionHint: 'The candidate reads it before anything starts.',
  },

  plan: {
    title: 'Questions',
    text: 'Asked in this order. Drag a question by its handle, or use the arrows.',
    question: (position: number) => `Question ${position}`,
    empty: 'No question yet.',
    kind: 'Kind',
    kinds: { fixed: 'Word for word', ai: 'AI, by topic' },
    words: 'What is asked',
    topic: 'Topic',
    topicHint: 'The AI writes one question about it for each candidate.',
    difficulty: 'Difficulty',
    difficulties: { easy: 'Easy', medium: 'Medium', hard: 'Hard' } satisfies Record<Difficulty, string>,
    seconds: 'Seconds',
    followUps: 'AI follow-ups',
    followUpChoices: ['None', 'Up to 1', 'Up to 2', 'Up to 3'],
    add: 'Add a question',
    drag: (position: number) => `Drag question ${position}`,
    moveUp: (position: number) => `Move question ${position} up`,
    moveDown: (position: number) => `Move question ${position} down`,
    duplicate: (position: number) => `Duplicate question ${position}`,
    remove: (position: number) => `Remove question ${position}`,
    moved: (from: number, to: number, count: number) => `Question ${from} is now number ${to} of ${count}.`,
    added: (position: number) => `Question ${position} added.`,
    duplicated: (position: number) => `Question ${position} is duplicated below it.`,
    removed: (position: number, left: number) =>
      `Question ${position} removed. ${plural(left, 'question is', 'questions are')} left.`,
    dragRole: 'movable question',
    dragHelp:
      'To move a question with the keyboard, press Space on its handle, move it with the arrow keys, and press Space again to put it down. Escape leaves it where it was.',
    lifted: (position: number, count: number) =>
      `Question ${position} of ${count} is lifted, in its own place.`,
    over: (position: number, count: number) => `It would become number ${position} of ${count}.`,
    dropped: (position: number, count: number) => `Put down as number ${position} of ${count}.`,
    cancelled: (position: number) => `Not moved. It stays number ${position}.`,
  },

  rubric: {
    title: 'Rubric',
    text: 'What answers are scored on, from 1 to 5. Behaviour that stands for a score makes scores comparable.',
    empty: 'No criterion yet: answers are recorded and summed up, but not scored.',
    criterion: (position: number) => `Criterion ${position}`,
    name: 'Name',
    description: 'What it is about',
    weight: 'Weight',
    share: (percent: number) => `${percent} % of the whole score.`,
    anchors: 'Behaviour for each score',
    anchorsHint: 'Describe at least two of the five.',
    anchor: (score: number) => `Score ${score}`,
    add: 'Add a criterion',
    duplicate: (position: number) => `Duplicate criterion ${position}`,
    remove: (position: number) => `Remove criterion ${position}`,
    added: (position: number) => `Criterion ${position} added.`,
    removed: (position: number) => `Criterion ${position} removed.`,
  },

  limits: {
    title: 'Time limits',
    total: 'Whole interview, in seconds',
    question: 'One answer, in seconds',
    inWords: (words: string) => `That is ${words}.`,
  },
  /** A span in words. @param seconds whole */
  span(seconds: number): string {
    const parts = [
      [Math.floor(seconds / 3600), 'h'],
      [Math.floor(seconds / 60) % 60, 'min'],
      [seconds % 60, 's'],
    ] as const
    const words = parts.filter(([value]) => value > 0).map(([value, unit]) => `${value} ${unit}`)
    return words.join(' ') || '0 s'
  },

  sensors: {
    title: 'Sensors',
    text: 'Candidates consent to each one. They may decline what is not required.',
    names: {
      browser: 'Browser: hidden page, paste, fullscreen',
      screen: 'Screen',
      camera: 'Camera',
      microphone: 'Microphone',
    } satisfies Record<Sensor, string>,
    choices: { off: 'Not asked for', asked: 'Asked for', required: 'Required' },
    requiredNote: 'Whoever declines a required sensor cannot sit this interview. Require only what you need.',
    none: 'None is asked for.',
  },

  policy: {
    title: 'Policy',
    text: 'Which observations become strikes, and what follows.',
    choice: 'Policy',
    version: 'Version',
    standard: 'The standard policy, newest version',
    versionName: (version: number, isNewest: boolean) =>
      isNewest ? `Version ${version}, newest` : `Version ${version}`,
    newer: (version: number) =>
      `Version ${version} of this policy is newer. This interview keeps the one it names until you change it here.`,
    takeNewer: (version: number) => `Use version ${version}`,
    open: 'Look at the policies',
    openOne: 'Open this policy',
    gone: 'A policy that is not listed',
    named: (name: string, version: number) => `${name}, version ${version}`,
    unnamed: (version: number) => `Version ${version} of a policy`,
  },

  sharing: {
    title: 'Who may sit it',
    open: 'Open to anyone with an account',
    openHint: 'Without an invitation, by the link below.',
    link: 'Open link',
    copyLink: 'Copy the open link',
    linkAfterPublishing: 'The link works once a version that is open is published.',
    invitedOnly: 'By invitation only.',
    invite: 'Invite candidates',
    inviteAfterPublishing: 'Publish a version to invite candidates to it.',
  },

  versions: {
    title: 'Versions',
    text: 'A version never changes. Sessions keep the one they began with.',
    version: 'Version',
    name: (version: number, state: 'published' | 'newest' | 'both' | 'other') =>
      ({
        published: `Version ${version}, published`,
        newest: `Version ${version}, newest`,
        both: `Version ${version}, newest and published`,
        other: `Version ${version}`,
      })[state],
    none: 'Nothing is published yet: this is a draft.',
    publishedNow: (version: number) => `New sessions get version ${version}.`,
    look: 'Look at it',
    publish: (version: number) => `Publish version ${version}`,
    alreadyPublished: 'This version is the published one.',
    unsavedNote: 'What is not saved yet is not part of any version.',
    mayNotPublish: 'Your role may save versions. HR or an admin publishes them.',
    published: (version: number) => `Version ${version} is published`,
    shown: (version: number) => `Version ${version}`,
  },

  overview: {
    readOnly: 'Your role may read interviews, not change them.',
    noIntroduction: 'No introduction.',
    fixed: 'Word for word',
    ai: (difficulty: string) => `AI, ${difficulty}`,
    time: (span: string) => `${span} for the answer`,
    followUps: (count: number) => `up to ${plural(count, 'AI follow-up', 'AI follow-ups')}`,
    weight: (weight: number) => `Weight ${weight}`,
    total: 'Whole interview',
    perQuestion: 'One answer',
    open: 'Open to anyone with an account.',
  },
}
