import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { WebSocketServer } from 'ws'
import { offer } from '../child-process.ts'
import { readUsage } from './usage.ts'

// Two baselines, one a process: sockets with nothing around them, and the library that most would take.
const http = createServer()
await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
const address = http.address()
if (typeof address !== 'object' || address === null) throw new Error('the server has no port')
const broadcast = process.env['BENCH_SOCKETS'] === 'socket.io' ? serveSocketIo() : serveWs()

function serveWs(): (text: string) => void {
  const sockets = new WebSocketServer({ server: http })
  return (text) => {
    for (const socket of sockets.clients) socket.send(text)
  }
}

function serveSocketIo(): (text: string) => void {
  const io = new Server(http, { transports: ['websocket'], serveClient: false })
  return (text) => void io.emit('event', JSON.parse(text))
}

const calls = {
  url: async () => `http://127.0.0.1:${address.port}`,
  usage: readUsage,
  broadcast: async (text: string) => broadcast(text),
}
export type SocketServer = typeof calls
offer(calls)
