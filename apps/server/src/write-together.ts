import type { Writable } from 'node:stream'

/**
 * Holds back what is written to sockets until the end of the current turn of the event loop, and then writes all of it
 * in one go. When one event wakes a thousand subscribers, their messages otherwise go out one by one between the work
 * on each, and the kernel wakes the receiver for every one of them; several messages to one socket also become one
 * system call.
 */
export function createWriteTogether(): (socket: Writable) => void {
  const held = new Set<Writable>()
  function release(): void {
    const sockets = [...held]
    held.clear()
    for (const socket of sockets) socket.uncork()
  }
  return (socket) => {
    if (held.has(socket)) return
    if (held.size === 0) setImmediate(release)
    held.add(socket)
    socket.cork()
  }
}
