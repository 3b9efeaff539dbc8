const SEGMENT = '[A-Za-z0-9][A-Za-z0-9.-]*'
const KEY = new RegExp(`^${SEGMENT}(?:/${SEGMENT})*$`)

/**
 * The key itself, if it is one that the server makes. Keys come from ids alone; this is the second lock: whatever goes
 * wrong before, no key leaves the storage's folder or names a hidden file.
 */
export function requireKey(key: string): string {
  if (key.length > 512 || !KEY.test(key)) throw new Error('this is not a key of the storage')
  return key
}
