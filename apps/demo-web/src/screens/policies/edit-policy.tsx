export function EditPolicy() {
  return null
}
