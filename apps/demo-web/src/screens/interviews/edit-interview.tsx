export function EditInterview() {
  return null
}
