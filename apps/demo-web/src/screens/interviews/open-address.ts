/** Where anyone with an account may start an open interview. */
export function openAddress(interviewId: string): string {
  return new URL(`/open/${interviewId}`, location.origin).href
}
