/** A number with what it counts. */
export const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`

/** A length of time in words: "1 hour 30 minutes", "45 seconds". */
export function duration(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const parts = [
    hours > 0 && plural(hours, 'hour', 'hours'),
    minutes > 0 && plural(minutes, 'minute', 'minutes'),
    rest > 0 && plural(rest, 'second', 'seconds'),
  ]
  return parts.filter(Boolean).join(' ')
}
