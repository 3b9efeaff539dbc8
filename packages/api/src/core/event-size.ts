import type { SessionEvent } from '../contract/index.ts'

/** An event is one object for all who follow its stream, so its size is found once. */
const sizes = new WeakMap<SessionEvent, number>()

/** Bytes of an event's payload as JSON in UTF-8. The rest of an event is small and of one size. */
export function payloadBytes(event: SessionEvent): number {
  const known = sizes.get(event)
  if (known !== undefined) return known
  const bytes = Buffer.byteLength(JSON.stringify(event.payload))
  sizes.set(event, bytes)
  return bytes
}
