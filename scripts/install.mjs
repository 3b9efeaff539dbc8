import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runChild } from './child.mjs'

/** The folder of the workspace. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const BIN = `${root}/node_modules/.bin`
const STAMP = `${root}/node_modules/.viva-install`

/** Keeps the tools from calling home. */
const QUIET = {
  DO_NOT_TRACK: '1',
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
}

/** The manifests of all packages of the workspace: the folders that `pnpm-workspace.yaml` names. */
function manifests() {
  const packages = ['apps', 'packages'].flatMap((folder) =>
    existsSync(`${root}/${folder}`)
      ? readdirSync(`${root}/${folder}`).map((name) => `${folder}/${name}`)
      : [],
  )
  return ['.', 'bench', ...packages.sort()].map((folder) => `${folder}/package.json`)
}

/** A hash of everything that decides what an install would bring. */
function inputsKey() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`)
  // The lockfile holds the hash of each patch, so patches/ is in it already.
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests()]) {
    if (!existsSync(`${root}/${file}`)) continue
    hash.update(`${file}\n`).update(readFileSync(`${root}/${file}`))
  }
  return hash.digest('hex')
}

/** What the last install left: the key of its inputs, and the pnpm that did it. */
function readStamp() {
  if (!existsSync(STAMP)) return { key: '', pnpm: '' }
  const [key = '', pnpm = ''] = readFileSync(STAMP, 'utf8').split('\n')
  return { key, pnpm }
}

/**
 * Installs through the pnpm that package.json names, which npx fetches where it is missing.
 * Silent when it works; shows everything, and ends this process with pnpm's exit code, when it does not.
 */
async function install() {
  console.log('Installing dependencies…')
  const { packageManager } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))
  /** @type {Buffer[]} */
  const chunks = []
  const script = 'command -v pnpm && pnpm install --frozen-lockfile'
  const code = await runChild('npx', ['--yes', `--package=${packageManager}`, '-c', script], {
    // CI: nobody is there to answer a question.
    env: { ...process.env, ...QUIET, CI: 'true' },
    output: (chunk) => chunks.push(chunk),
  })
  const output = Buffer.concat(chunks).toString()
  if (code !== 0) {
    process.stderr.write(output)
    console.error('Installing the dependencies failed; the reason stands above.')
    process.exit(code)
  }
  return output.split('\n').find((line) => line.endsWith('/pnpm')) ?? ''
}

/**
 * Makes sure that the dependencies are those of the lockfile, and returns the environment in which their
 * programs run: Node 24, the tools and pnpm first on the path. Costs a few milliseconds when nothing changed.
 * @returns {Promise<NodeJS.ProcessEnv>}
 */
export async function ensureInstalled() {
  const key = inputsKey()
  let stamp = readStamp()
  // npx may drop its cache at any time, and Turborepo starts the packages' scripts through pnpm.
  if (stamp.key !== key || !existsSync(stamp.pnpm) || !existsSync(`${BIN}/node`)) {
    stamp = { key, pnpm: await install() }
    writeFileSync(STAMP, `${stamp.key}\n${stamp.pnpm}\n`)
  }
  return {
    ...process.env,
    PATH: [BIN, dirname(stamp.pnpm), process.env['PATH']].join(delimiter),
    ...QUIET,
    ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }),
  }
}
