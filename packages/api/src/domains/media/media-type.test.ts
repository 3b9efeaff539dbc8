import { expect, test } from 'vitest'
import { detectType, essence, mayBe } from './media-type.ts'

const ebml = (docType: string) =>
  Buffer.concat([
    Buffer.from('1a45dfa3', 'hex'),
    Buffer.from([0x80 + docType.length + 3]),
    Buffer.from('4282', 'hex'),
    Buffer.from([0x80 + docType.length]),
    Buffer.from(docType),
    Buffer.alloc(64),
  ])
const ftyp = (brand: string) =>
  Buffer.concat([Buffer.from('00000018', 'hex'), Buffer.from(`ftyp${brand}`), Buffer.alloc(64)])
const ogg = (codec: Buffer) => Buffer.concat([Buffer.from('OggS'), Buffer.alloc(24), codec, Buffer.alloc(64)])
const wav = Buffer.concat([
  Buffer.from('RIFF'),
  Buffer.from('24000000', 'hex'),
  Buffer.from('WAVEfmt '),
  Buffer.alloc(64),
])
const webp = Buffer.concat([
  Buffer.from('RIFF'),
  Buffer.from('24000000', 'hex'),
  Buffer.from('WEBPVP8 '),
  Buffer.alloc(64),
])

test.each([
  ['audio/webm', ebml('webm')],
  ['video/webm;codecs=vp9', ebml('webm')],
  ['video/mp4', ftyp('isom')],
  ['audio/mp4', ftyp('M4A ')],
  ['audio/mp4', ftyp('iso5')],
  ['audio/ogg;codecs=opus', ogg(Buffer.from('OpusHead'))],
  ['audio/wav', wav],
  [
    'audio/mpeg',
    Buffer.concat([
      Buffer.from('ID3'),
      Buffer.from('03000000000000', 'hex'),
      Buffer.from('fffb9064', 'hex'),
      Buffer.alloc(500),
    ]),
  ],
  ['image/jpeg', Buffer.concat([Buffer.from('ffd8ffe000104a464946', 'hex'), Buffer.alloc(64)])],
  ['image/webp', webp],
  ['application/pdf', Buffer.from('%PDF-1.7\n%rest')],
])('%s is known by its first bytes', async (declared, bytes) => {
  const detected = await detectType(bytes)
  expect(mayBe(declared, detected), `detected ${detected}`).toBe(true)
})

test.each([
  ['video/webm', ebml('matroska')],
  ['video/webm', ftyp('isom')],
  ['image/webp', wav],
  ['audio/wav', webp],
  ['image/png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['application/pdf', Buffer.from('hello')],
  ['constructor', Buffer.from('hello')],
])('%s is not believed of other bytes', async (declared, bytes) => {
  expect(mayBe(declared, await detectType(bytes))).toBe(false)
})

test('parameters and case do not make another type', () => {
  expect(essence('Video/WebM ; codecs="vp9,opus"')).toBe('video/webm')
})
