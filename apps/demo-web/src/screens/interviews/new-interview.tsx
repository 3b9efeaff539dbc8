export function NewInterview() {
  return null
}
