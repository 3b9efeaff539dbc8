import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'

const run = promisify(execFile)

const HOW =
  'The tests of the demo web app need a Chromium. Install Chromium or Google Chrome, or name one by VIVA_CHROMIUM=/path/to/chromium.'
/** As packages and installers name it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge']
const ANSWERS_WITHIN_MS = 20_000
const INSTALLED_WITHIN_MS = 600_000

/**
 * The path of a Chromium that starts: the one that `VIVA_CHROMIUM` names, else the first that is installed, else one that
 * is installed now by the system's packages or by Playwright.
 * @throws where there is none and none could be installed, with what a person can do
 */
export async function findChromium(): Promise<string> {
  const named = process.env['VIVA_CHROMIUM']
  if (named) {
    if (await starts(named)) return named
    throw new Error(`VIVA_CHROMIUM names ${named}, which does not start as a Chromium. ${HOW}`)
  }
  const found = await firstThatStarts()
  if (found !== undefined) return found
  process.stderr.write('No Chromium was found: installing one for the tests, once on this machine…\n')
  const failures: string[] = []
  for (const [file, ...args] of waysToInstall()) {
    if (file === undefined) continue
    try {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
      await run(file, args, { timeout: INSTALLED_WITHIN_MS, maxBuffer: 100 * 1024 * 1024, env })
    } catch (error) {
      failures.push(`${[file, ...args].join(' ')}: ${lastLine(error)}`)
      continue
    }
    const installed = await firstThatStarts()
    if (installed !== undefined) return installed
  }
  throw new Error([HOW, 'Installing one was tried, and failed:', ...failures].join('\n'))
}

async function firstThatStarts(): Promise<string | undefined> {
  for (const path of candidates()) {
    if (existsSync(path) && (await starts(path))) return path
  }
  return undefined
}

/** Some are there in name only: Ubuntu's package `chromium-browser` is a script that asks for a snap. */
async function starts(path: string): Promise<boolean> {
  // On Windows it opens a window instead of printing its version.
  if (process.platform === 'win32') return existsSync(path)
  try {
    const { stdout } = await run(path, ['--version'], { timeout: ANSWERS_WITHIN_MS })
    return /\d+\.\d+/.test(stdout)
  } catch {
    return false
  }
}

function candidates(): string[] {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return [
    ...NAMES.flatMap((name) => onPath.map((folder) => join(folder, `${name}${suffix}`))),
    ...usualPlaces(),
    chromium.executablePath(),
    ...ofAnyPlaywright(),
  ]
}

function usualPlaces(): string[] {
  if (process.platform === 'darwin') {
    const apps = ['Chromium', 'Google Chrome', 'Microsoft Edge']
    return ['/Applications', join(homedir(), 'Applications')].flatMap((folder) =>
      apps.map((app) => join(folder, `${app}.app/Contents/MacOS/${app}`)),
    )
  }
  if (process.platform !== 'win32') return ['/snap/bin/chromium', '/opt/google/chrome/chrome']
  const folders = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map((name) => process.env[name] ?? '')
  const programs = ['Google\\Chrome', 'Chromium', 'Microsoft\\Edge']
  return folders.flatMap((folder) =>
    programs.map((program) =>
      join(folder, program, 'Application', program.endsWith('Edge') ? 'msedge.exe' : 'chrome.exe'),
    ),
  )
}

/** What another version of Playwright has put into the cache that all of them share, newest first. */
function ofAnyPlaywright(): string[] {
  // …/ms-playwright/chromium-1234/chrome-linux64/chrome
  const own = chromium.executablePath()
  const [inside = ''] = /chromium[^/\\]*-\d+[/\\].+$/.exec(own) ?? []
  if (inside === '') return []
  const cache = own.slice(0, -inside.length)
  if (!existsSync(cache)) return []
  const program = inside.replace(/^[^/\\]+[/\\]/, '')
  return readdirSync(cache)
    .filter((folder) => /^chromium-\d+$/.test(folder))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .flatMap((folder) => [join(cache, folder, program), join(cache, folder, 'chrome-linux', 'chrome')])
}

/** Commands to try one after the other. Debian and Ubuntu know the libraries that a browser needs, so they come first. */
function waysToInstall(): string[][] {
  const ways: string[][] = []
  if (existsSync('/usr/bin/apt-get')) {
    const patience = '-o DPkg::Lock::Timeout=300'
    const install = `apt-get update && apt-get ${patience} install -y --no-install-recommends chromium`
    const shell = ['/bin/sh', '-c', install]
    ways.push(isRoot() ? shell : ['sudo', '-n', ...shell])
  }
  const playwright = join(
    dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')),
    'cli.js',
  )
  ways.push([process.execPath, playwright, 'install', 'chromium'])
  return ways
}

/** Chromium's sandbox refuses to run as root. */
export function isRoot(): boolean {
  return process.getuid?.() === 0
}

function lastLine(error: unknown): string {
  const written = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
  return (written || String(error)).trim().split('\n').at(-1) ?? ''
}
