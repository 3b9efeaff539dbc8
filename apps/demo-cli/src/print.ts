import { styleText } from 'node:util'
import type { SessionEvent } from '@viva/client'

/** Colours appear on a terminal alone, and not where NO_COLOR is set. */
const dim = (text: string): string => styleText('dim', text)
const bold = (text: string): string => styleText('bold', text)
const good = (text: string): string => styleText('green', text)

const WIDTH = 100

/** A line of text as it is. */
export function say(text = ''): void {
  console.log(text)
}

/** The last line, when everything held. */
export function sayGood(text: string): void {
  console.log(good(text))
}

/** The beginning of a step. */
export function heading(text: string): void {
  console.log(`\n${bold(text)}`)
}

/** What a step came to. */
export function detail(text: string): void {
  console.log(`  ${text}`)
}

/** A live event as it arrives on somebody's stream. */
export function liveEvent(who: 'candidate' | 'reviewer', event: SessionEvent): void {
  const line = `    ${who.padEnd(9)} ${String(event.seq).padStart(3)}  ${event.type.padEnd(21)} `
  console.log(dim(`${line}${shorten(gist(event), WIDTH - line.length)}`.trimEnd()))
}

/** The few words of an event that tell what happened. Its payload is null once it was erased. */
function gist(event: SessionEvent): string {
  if (event.payload === null) return 'erased'
  switch (event.type) {
    case 'session.transitioned':
      return `${event.payload.from} → ${event.payload.to}`
    case 'question.asked':
      return event.payload.text
    case 'answer.received':
      return `${event.payload.text.split(/\s+/).length} words`
    case 'signal.recorded':
      return event.payload.kind
    case 'strike.issued':
      return event.payload.message
    case 'policy.applied':
      return `${event.payload.action}, after ${plural(event.payload.strikes, 'strike')}`
    case 'run.started':
      return event.payload.purpose
    case 'run.finished':
      return `${event.payload.purpose}: ${event.payload.outcome}, by ${event.payload.provider}`
    case 'media.stored':
      return `${event.payload.contentType}, ${event.payload.bytes} bytes`
    default:
      return ''
  }
}

/** `1 strike`, `2 strikes` */
export function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

/** Text that fits into a line. */
export function shorten(text: string, width: number): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length <= width ? line : `${line.slice(0, width - 1).trimEnd()}…`
}

/** Rows below a head, the first column to the left and the numbers to the right. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  foot: readonly string[],
): void {
  const all = [head, ...rows, foot]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('   ')
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width, 3 * (widths.length - 1)))
  say(`  ${bold(line(head))}`)
  say(`  ${dim(rule)}`)
  for (const row of rows) say(`  ${line(row)}`)
  say(`  ${dim(rule)}`)
  say(`  ${bold(line(foot))}`)
}

/** A time as people read it. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`
}
