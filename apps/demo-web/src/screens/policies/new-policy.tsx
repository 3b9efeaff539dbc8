export function NewPolicy() {
  return null
}
