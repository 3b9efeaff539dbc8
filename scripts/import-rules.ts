import { type Import, readImports } from './read-imports.ts'

/** An import that a rule forbids. */
export interface Violation extends Import {
  /** What to do instead, and why. */
  readonly message: string
}

interface Rule {
  /** The files that the rule binds. */
  readonly files: RegExp
  /** Most rules let tests start what they test: a server, a database. */
  readonly bindsTests?: true
  readonly forbids: (found: Import) => boolean
  readonly message: string
}

const isTest = (file: string) => /\.test\.tsx?$|\/(?:test|testing)\//.test(file)
const packageFolder = (path: string) => path.split('/').slice(0, 2).join('/')
const ownName = (file: string) => `@viva/${file.split('/')[1]}`
const isFrom = (target: string, ...names: string[]) =>
  names.some((name) => target === name || target.startsWith(`${name}/`))

/** "Who may import whom". The reading of `process.env` is restricted by the linter: `noProcessEnv` in biome.jsonc. */
const RULES: readonly Rule[] = [
  {
    files: /^(?:apps|packages)\//,
    bindsTests: true,
    forbids: ({ file, specifier, target }) =>
      specifier.startsWith('.') && packageFolder(target) !== packageFolder(file),
    message:
      'Import a package by its name: its `exports` say what others may rely on, a path goes around them.',
  },
  {
    files: /^packages\//,
    bindsTests: true,
    forbids: ({ target }) => /^@viva\/(?:server|demo-\w+)(?:\/|$)/.test(target),
    message: 'Packages never import apps: an app puts packages together, so the way back would be a cycle.',
  },
  {
    files: /^packages\/(?:db|evidence)\//,
    bindsTests: true,
    forbids: ({ file, target }) => isFrom(target, '@viva') && !isFrom(target, ownName(file)),
    message:
      '@viva/db and @viva/evidence import no package of the workspace: everything else builds on them.',
  },
  {
    files: /^packages\/evidence\/src\//,
    forbids: ({ target }) => target.startsWith('node:'),
    message:
      '@viva/evidence is pure and also runs in browsers, so that anyone can verify: it imports nothing of Node.',
  },
  {
    files: /^packages\/api\//,
    bindsTests: true,
    forbids: ({ target }) =>
      isFrom(target, '@viva') && !isFrom(target, '@viva/api', '@viva/db', '@viva/evidence'),
    message: '@viva/api imports @viva/db and @viva/evidence alone: the client and the apps build on it.',
  },
  {
    files: /^packages\/api\/src\/contract\//,
    forbids: ({ specifier, target }) =>
      specifier.startsWith('.')
        ? !isFrom(target, 'packages/api/src/contract')
        : !isFrom(target, 'zod', '@viva/evidence'),
    message:
      'contract/ also runs in browsers: it imports zod, @viva/evidence and itself, nothing of the server.',
  },
  {
    files: /^packages\/api\/src\/(?!trpc\/|root\.ts$)(?!.*\brouter\.ts$)/,
    forbids: ({ target }) => isFrom(target, '@trpc/server'),
    message:
      'Only trpc/, root.ts and router.ts import @trpc/server: verbs and rules stay free of the transport, so that they can be called and tested without it.',
  },
  {
    files: /^packages\/api\/src\/(?:.*\/)?router\.ts$/,
    bindsTests: true,
    forbids: ({ target }) => isFrom(target, 'drizzle-orm', '@viva/db'),
    message:
      'A router holds no queries: base procedure → .input → .output → one call of a verb. The verb authorises, opens the transaction and asks the database.',
  },
  {
    files: /^packages\/api\/src\/core\//,
    forbids: ({ target }) => isFrom(target, 'packages/api/src/domains'),
    message:
      'core imports no domain: it holds what all domains share, and any domain can go without touching it.',
  },
  {
    files: /^packages\/api\/src\/domains\//,
    bindsTests: true,
    forbids: ({ file, target }) => {
      const [from, to] = [domainOf(file), domainOf(target)]
      return to !== undefined && to !== from && target !== `packages/api/src/domains/${to}/index.ts`
    },
    message:
      "A domain uses another only through that one's index.ts, so that each stays free to change inside.",
  },
  {
    files: /^packages\/client\/src\//,
    forbids: ({ target, isTypeOnly }) =>
      isFrom(target, '@viva/api') && !isTypeOnly && !isFrom(target, '@viva/api/contract'),
    message:
      'The client ships to browsers: from @viva/api it takes types (`import type`) and, at run time, only @viva/api/contract. Anything else pulls the server into the bundle.',
  },
  {
    files: /^packages\/client\/src\//,
    forbids: ({ target }) =>
      isFrom(target, '@viva') && !isFrom(target, '@viva/api', '@viva/client', '@viva/evidence'),
    message:
      'The client ships to browsers: of the workspace it uses @viva/api (types, contract) and @viva/evidence alone.',
  },
  {
    files: /^apps\/demo-[^/]+\/src\//,
    forbids: ({ target }) => isFrom(target, '@viva') && !isFrom(target, '@viva/client'),
    message:
      'A demo imports @viva/client and nothing else of the workspace: what it misses there, every user of the SDK misses too.',
  },
]

/**
 * Finds every forbidden import in the given sources.
 * @param sources The text of each file by its path from the root of the workspace, with forward slashes.
 */
export function findViolations(sources: ReadonlyMap<string, string>): Violation[] {
  const imports = [...sources].flatMap(([file, source]) => readImports(file, source))
  return [...imports.flatMap(brokenRules), ...domainCycles(imports)]
}

const brokenRules = (found: Import): Violation[] =>
  RULES.filter(({ files, bindsTests }) => files.test(found.file) && (bindsTests || !isTest(found.file)))
    .filter(({ forbids }) => forbids(found))
    .map(({ message }) => ({ ...found, message }))

const domainOf = (path: string) => /^packages\/api\/src\/domains\/([^/]+)\//.exec(path)?.[1]

/** An import from one domain into another. */
interface Crossing {
  readonly from: string
  readonly to: string
  readonly found: Import
}

function domainCycles(imports: readonly Import[]): Violation[] {
  const crossings = imports.flatMap((found): Crossing[] => {
    const [from, to] = [domainOf(found.file), domainOf(found.target)]
    const crosses = from !== undefined && to !== undefined && from !== to
    return crosses && !isTest(found.file) ? [{ from, to, found }] : []
  })
  return crossings.flatMap(({ from, to, found }) => {
    const way = shortestWay(crossings, to, from)
    if (way === undefined) return []
    const message = `Domains must not depend on each other in a cycle (${[from, ...way].join(' → ')}): none of them could be understood or tested alone. Move what they share into core.`
    return [{ ...found, message }]
  })
}

/** The domains on the shortest way of imports from one to another, both included. */
function shortestWay(crossings: readonly Crossing[], start: string, goal: string): string[] | undefined {
  const ways = [[start]]
  const seen = new Set([start])
  for (const way of ways) {
    const last = way.at(-1)
    if (last === goal) return way
    for (const { from, to } of crossings) {
      if (from !== last || seen.has(to)) continue
      seen.add(to)
      ways.push([...way, to])
    }
  }
  return undefined
}
