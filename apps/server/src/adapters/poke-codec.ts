import type { StreamName } from '@viva/api'

export interface Poke {
  stream: StreamName
  head: number
}

const LINE = /^((?:(?:session|run|auth):[0-9a-f-]{36})|work:[a-z]{1,32}) (\d{1,15})$/

/** Packs pokes into messages of at most `maxLength` characters, one poke a line. */
export function packPokes(pokes: readonly Poke[], maxLength: number): string[] {
  const messages: string[] = []
  let message = ''
  for (const { stream, head } of pokes) {
    const line = `${stream} ${head}`
    if (message !== '' && message.length + 1 + line.length > maxLength) {
      messages.push(message)
      message = ''
    }
    message = message === '' ? line : `${message}\n${line}`
  }
  return message === '' ? messages : [...messages, message]
}

/** Reads a message; lines that are none of ours are skipped, since anyone with the database may send some. */
export function unpackPokes(message: string): Poke[] {
  return message.split('\n').flatMap((line) => {
    const [, stream, head] = LINE.exec(line) ?? []
    // The pattern has checked the prefix, which the compiler cannot see.
    return stream === undefined ? [] : [{ stream: stream as StreamName, head: Number(head) }]
  })
}
