export function OpenInterview() {
  return null
}
