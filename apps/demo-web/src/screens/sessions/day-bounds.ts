/**
 * The instants between which a day lies where the reader is: days there are not always 24 hours.
 *
 * @param day `YYYY-MM-DD`
 * @returns the first instant, and the first one after, ISO 8601 in UTC
 */
export function boundsOfDay(day: string): { start: string; end: string } {
  // Without a zone a date and time are the reader's own.
  const start = new Date(`${day}T00:00:00.000`)
  const end = new Date(start)
  end.setDate(end.getDate() + 1)
  return { start: start.toISOString(), end: end.toISOString() }
}
