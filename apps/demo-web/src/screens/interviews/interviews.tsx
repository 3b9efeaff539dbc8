export function Interviews() {
  return null
}
