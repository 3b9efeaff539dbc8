// Preloaded into a program that `run.mjs` starts. The program has a process group of its own, so killing its
// parent outright (SIGKILL, a crash) would leave it running with its port and its data folder taken. The channel
// to the parent closes in that case; the program then stops as on any other SIGTERM.
import { isMainThread } from 'node:worker_threads'

if (isMainThread && process.channel) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  // Listening must not keep the program alive once its work is done.
  process.channel.unref()
}
