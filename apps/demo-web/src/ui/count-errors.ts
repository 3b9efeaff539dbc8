/** How many fields of a form are wrong, in whatever depth. @param errors react-hook-form's `formState.errors` */
export function countErrors(errors: object): number {
  if ('type' in errors && typeof errors.type === 'string') return 1
  let count = 0
  for (const value of Object.values(errors)) {
    if (typeof value === 'object' && value !== null && !(value instanceof Element))
      count += countErrors(value)
  }
  return count
}
