import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedDatabase, startEmbedded } from './embedded.ts'

let embedded: EmbeddedDatabase
beforeAll(async () => {
  embedded = await startEmbedded()
})
afterAll(() => embedded.close())

/** The start-up message of a client: protocol 3, user postgres. */
function startup(): Buffer {
  const body = Buffer.from('\0\x03\0\0user\0postgres\0\0', 'latin1')
  const length = Buffer.alloc(4)
  length.writeInt32BE(4 + body.length)
  return Buffer.concat([length, body])
}

/** A stranger who has connected and been asked for the password. */
async function stranger(): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(embedded.url).port) })
  socket.on('error', () => undefined)
  socket.write(startup())
  await once(socket, 'data')
  return socket
}

test('another program of this machine cannot fill the memory or reach the engine before it has shown the password', async () => {
  const announcing = await stranger()
  const header = Buffer.from('p\0\0\0\0', 'latin1')
  header.writeInt32BE(60_000_000, 1)
  announcing.write(header)
  const [refusal]: Buffer[] = await once(announcing, 'data')
  expect(refusal?.toString('latin1')).toContain('08P01')

  const asking = await stranger()
  asking.write(Buffer.from('Q\0\0\0\x0dselect 1\0', 'latin1'))
  const [answer]: Buffer[] = await once(asking, 'data')
  expect(answer?.toString('latin1')).toContain('28P01')
})
