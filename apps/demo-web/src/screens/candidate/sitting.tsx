export function Sitting() {
  return null
}
