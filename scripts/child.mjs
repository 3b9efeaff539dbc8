import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/**
 * How a child process ends up: with its own exit code, or with 128 + the signal that ended it, as shells report it.
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
const exitCode = (code, signal) => code ?? 128 + (signal === null ? 0 : constants.signals[signal])

/** The terminal and npm both pass one Ctrl-C on; copies that arrive within this time count as one. */
const SAME_SIGNAL_MS = 500

/**
 * Runs a command and resolves with its exit code.
 *
 * The child has a process group of its own and gets each signal once, from here. In a shared group a single
 * Ctrl-C would reach the server up to three times (terminal, npm, this process), and a server rightly takes the
 * second as "stop at once". Whoever signals only npm, or only this process, is heard as well.
 *
 * A `tethered` child, a Node program that loads `tether.mjs`, also stops when this process is killed outright.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env: NodeJS.ProcessEnv, tethered?: boolean, output?: (chunk: Buffer) => void }} options
 * @returns {Promise<number>}
 */
export function runChild(command, args, { env, tethered = false, output }) {
  const stream = output ? 'pipe' : 'inherit'
  const child = spawn(command, args, {
    env,
    detached: true,
    stdio: ['ignore', stream, stream, ...(tethered ? /** @type {const} */ (['ipc']) : [])],
  })
  if (output) {
    child.stdout?.on('data', output)
    child.stderr?.on('data', output)
  }

  /** @type {Map<NodeJS.Signals, number>} */
  const lastSeen = new Map()
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    const now = performance.now()
    const isCopy = now - (lastSeen.get(signal) ?? Number.NEGATIVE_INFINITY) < SAME_SIGNAL_MS
    lastSeen.set(signal, now)
    const isRunning = child.pid !== undefined && child.exitCode === null && child.signalCode === null
    if (isCopy || !isRunning) return
    // A closed terminal asks for the same orderly stop as a service manager does.
    process.kill(-child.pid, signal === 'SIGHUP' ? 'SIGTERM' : signal)
  }
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, forward)

  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      for (const name of signals) process.off(name, forward)
      // Whoever asked to stop did not mean: and go on with what follows this child.
      if (lastSeen.size > 0) process.exit(exitCode(code, signal))
      resolve(exitCode(code, signal))
    })
  })
}

/** A step that takes longer than this says what it is doing. */
const SILENT_MS = 1000

/**
 * Runs a command without showing its output, unless it fails: then all of it.
 * @param {string} label What to say when it takes a while.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>}
 */
export async function runQuietly(label, command, args, { env }) {
  /** @type {Buffer[]} */
  const chunks = []
  const timer = setTimeout(() => console.log(label), SILENT_MS)
  const code = await runChild(command, args, { env, output: (chunk) => chunks.push(chunk) })
  clearTimeout(timer)
  if (code !== 0) process.stdout.write(Buffer.concat(chunks))
  return code
}
