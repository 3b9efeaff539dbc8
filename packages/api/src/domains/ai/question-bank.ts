import type { Difficulty } from '../../contract/index.ts'

/** Questions about one field of work. `keywords` are lower case and match whole words of a planned topic. */
export interface BankEntry {
  field: string
  keywords: readonly string[]
  questions: Record<Difficulty, readonly [string, ...string[]]>
}

/** What the scripted interviewer asks where no model is configured or none answers. Every question can be put to anyone. */
export const QUESTION_BANK: readonly BankEntry[] = [
  {
    field: 'databases',
    keywords: ['database', 'databases', 'sql', 'postgres', 'postgresql', 'mysql', 'query', 'schema', 'data'],
    questions: {
      easy: [
        'What is an index in a database, and when would you add one?',
        'What does a foreign key protect you from? Give an example.',
      ],
      medium: [
        'A query that was fast has become slow. How do you find out why, step by step?',
        'Two users change the same row at the same moment. What can go wrong, and how do you prevent it?',
      ],
      hard: [
        'How would you change the type of a column in a very large table while the application keeps running?',
        'Explain a consistency problem that a weaker isolation level allows, and how you would notice it in practice.',
      ],
    },
  },
  {
    field: 'backend',
    keywords: [
      'backend',
      'api',
      'apis',
      'server',
      'rest',
      'http',
      'node',
      'microservices',
      'services',
      'service',
    ],
    questions: {
      easy: [
        'What happens between a request reaching a server and the answer leaving it?',
        'What makes an API pleasant for others to use?',
      ],
      medium: [
        'A client sends the same request twice because its connection broke. How do you keep that from doing harm?',
        'How do you decide what belongs into one service and what into another?',
      ],
      hard: [
        'How would you change an API that many clients use without breaking any of them?',
        'A service that yours depends on becomes slow, but does not fail. What happens to yours, and what do you build in?',
      ],
    },
  },
  {
    field: 'frontend',
    keywords: [
      'frontend',
      'react',
      'css',
      'html',
      'browser',
      'javascript',
      'typescript',
      'ui',
      'web',
      'accessibility',
    ],
    questions: {
      easy: [
        'How do you make sure that a form can be used with a keyboard alone?',
        'What do you look at when a page feels slow to load?',
      ],
      medium: [
        'Where do you keep state in an application with many screens, and why there?',
        'How do you show a person what is going on while their connection comes and goes?',
      ],
      hard: [
        'A page becomes slower the longer it stays open. How do you find the cause?',
        'How would you let two people edit the same document in the browser at the same time?',
      ],
    },
  },
  {
    field: 'systems',
    keywords: [
      'system',
      'systems',
      'architecture',
      'distributed',
      'scaling',
      'scalability',
      'design',
      'cloud',
      'queue',
    ],
    questions: {
      easy: ['What is a queue between two programs good for?', 'What does a cache cost, apart from memory?'],
      medium: [
        'Describe a system you know well: its parts, and what happens when one of them fails.',
        'Traffic is about to grow tenfold. What do you look at first, and what do you leave alone?',
      ],
      hard: [
        'How do you make sure that something happens exactly once when every part may fail at any moment?',
        'Which guarantees would you give up to keep a system available, and how would you explain it to its users?',
      ],
    },
  },
  {
    field: 'operations',
    keywords: [
      'devops',
      'operations',
      'monitoring',
      'incident',
      'incidents',
      'deployment',
      'kubernetes',
      'docker',
      'reliability',
      'linux',
    ],
    questions: {
      easy: [
        'What would you want to know about a running service at any moment?',
        'How do you undo a release that went wrong?',
      ],
      medium: [
        'Tell us about an outage you took part in: how was it found, and what was changed afterwards?',
        'How do you decide what wakes a person at night and what waits until morning?',
      ],
      hard: [
        'How would you find a fault that shows itself once a week on one machine out of a hundred?',
        'How do you test that backups can be restored, without putting the running system at risk?',
      ],
    },
  },
  {
    field: 'security',
    keywords: [
      'security',
      'authentication',
      'authorization',
      'encryption',
      'privacy',
      'passwords',
      'vulnerability',
    ],
    questions: {
      easy: [
        'How should passwords be stored, and why that way?',
        'What is the difference between authentication and authorisation?',
      ],
      medium: [
        'You are asked to review a login. What do you check?',
        'A secret was committed to a repository. What do you do, in which order?',
      ],
      hard: [
        'How would you keep the customers of one system from ever seeing each other’s data?',
        'How do you find out what an attacker did once they had access?',
      ],
    },
  },
  {
    field: 'testing',
    keywords: ['testing', 'tests', 'test', 'quality', 'qa', 'debugging', 'refactoring', 'code'],
    questions: {
      easy: ['What makes a test worth keeping?', 'How do you go about a bug that you cannot reproduce?'],
      medium: [
        'How do you decide what to test through the whole application and what in isolation?',
        'Tell us about code that you improved without changing what it does. How did you know it still worked?',
      ],
      hard: [
        'A test fails once in fifty runs. How do you find out why?',
        'How would you test code whose behaviour depends on time and on other machines?',
      ],
    },
  },
  {
    field: 'teamwork',
    keywords: [
      'team',
      'teamwork',
      'communication',
      'leadership',
      'conflict',
      'feedback',
      'mentoring',
      'collaboration',
      'management',
    ],
    questions: {
      easy: [
        'What helps you most when you join a new team?',
        'How do you tell a colleague that something in their work should change?',
      ],
      medium: [
        'Tell us about a disagreement at work: what was it about, and how did it end?',
        'How do you help somebody who is stuck without doing the work for them?',
      ],
      hard: [
        'Tell us about a decision you made that turned out wrong. What did you do once you knew?',
        'How do you bring a group to a decision when nobody has the authority to make it alone?',
      ],
    },
  },
  {
    field: 'product',
    keywords: [
      'product',
      'customer',
      'customers',
      'sales',
      'marketing',
      'research',
      'users',
      'business',
      'priorities',
    ],
    questions: {
      easy: [
        'How do you find out what people who use your work need?',
        'What do you do first when you are given a vague request?',
      ],
      medium: [
        'Two groups want different things and there is time for one. How do you decide?',
        'Tell us about something you stopped doing because it did not help anyone. How did you know?',
      ],
      hard: [
        'How do you tell whether something you released has made a difference?',
        'Tell us about a time when the numbers said one thing and people said another. What did you do?',
      ],
    },
  },
]

/** For topics that no entry knows; `{topic}` is filled in. */
export const GENERAL_QUESTIONS: BankEntry['questions'] = {
  easy: [
    'What do you know about {topic}, and where have you met it?',
    'How would you explain {topic} to somebody who is new to it?',
  ],
  medium: [
    'Tell us about a piece of your work on {topic}: what was the task, what did you do, and how did it turn out?',
    'Which mistakes do people often make with {topic}, and how do you avoid them?',
  ],
  hard: [
    'What is the hardest problem you have met in {topic}, and how did you deal with it?',
    'Where do experienced people disagree about {topic}, and where do you stand?',
  ],
}

/** For answers to be gone into, in turn. */
export const FOLLOW_UPS: readonly [string, ...string[]] = [
  'Can you give a concrete example of that, with what you yourself did?',
  'What would you do differently if you had to do it again, and why?',
  'How did you know that it had worked?',
]
