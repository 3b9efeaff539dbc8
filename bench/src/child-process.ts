import { fork } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

/** Functions that a child process offers; arguments and results cross as structured clones. */
// biome-ignore lint/suspicious/noExplicitAny: the functions may take whatever they like
export type Calls = Record<string, (...args: any[]) => Promise<unknown>>

/** A process of its own, so that the CPU time it reports is of what it does and of nothing else. */
export interface Child<Offered extends Calls> extends AsyncDisposable {
  call<Name extends keyof Offered & string>(
    name: Name,
    ...args: Parameters<Offered[Name]>
  ): Promise<Awaited<ReturnType<Offered[Name]>>>
}

interface Request {
  id: number
  name: string
  args: unknown[]
}

type Reply = { id: number; result: unknown } | { id: number; error: string }

const START = 0
const EXIT_GRACE_MS = 3000

/**
 * Starts a program that ends in {@link offer}, and resolves once it offers its functions.
 *
 * @param file the program
 * @param env variables beside those of this process
 */
export async function startChild<Offered extends Calls>(
  file: URL,
  env: Record<string, string> = {},
): Promise<Child<Offered>> {
  const process_ = fork(file, {
    env: { ...process.env, ...env },
    execArgv: ['--expose-gc', ...profiling()],
    serialization: 'advanced',
    // What a server logs is written, as it would be, and thrown away.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  const expect = (id: number): Promise<unknown> => {
    const reply = Promise.withResolvers<unknown>()
    waiting.set(id, reply)
    return reply.promise
  }
  const exited = new Promise<void>((resolve) => {
    process_.once('exit', (code) => {
      for (const { reject } of waiting.values()) reject(new Error(`${file.pathname} ended with code ${code}`))
      resolve()
    })
  })
  process_.on('message', (message: Reply) => {
    const reply = waiting.get(message.id)
    waiting.delete(message.id)
    if ('error' in message) reply?.reject(new Error(message.error))
    else reply?.resolve(message.result)
  })
  await expect(START)

  let last = START
  return {
    call(name, ...args) {
      last += 1
      const reply = expect(last)
      process_.send({ id: last, name, args } satisfies Request)
      return reply as Promise<Awaited<ReturnType<Offered[typeof name]>>>
    },
    async [Symbol.asyncDispose]() {
      if (process_.connected) process_.disconnect()
      await Promise.race([exited, sleep(EXIT_GRACE_MS, undefined, { ref: false })])
      process_.kill('SIGKILL')
    },
  }
}

/** With BENCH_CPU_PROF set to a folder, each child leaves a CPU profile there, to open in a browser's developer tools. */
function profiling(): string[] {
  const folder = process.env['BENCH_CPU_PROF']
  return folder ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : []
}

/** Offers functions to the process that started this one; ends with it. */
export function offer(calls: Calls): void {
  if (!process.send) throw new Error('started by itself: it belongs to `pnpm bench`')
  const reply = (message: Reply): void => void process.send?.(message)
  process.once('disconnect', () => process.exit(0))
  process.on('message', ({ id, name, args }: Request) => {
    const call = calls[name]
    if (!call) throw new Error(`there is no ${name}`)
    call(...args).then(
      (result) => reply({ id, result }),
      (error: unknown) => reply({ id, error: error instanceof Error ? `${error.stack}` : String(error) }),
    )
  })
  reply({ id: START, result: undefined })
}
