import { useEffect, useState } from 'react'

/**
 * What `value` was when it last stayed the same for `milliseconds`; the first one at once. Null is waited out, and never
 * given back unless there was nothing else yet. Values are compared as JSON.
 */
export function useSettled<Value>(value: Value | null, milliseconds: number): Value | null {
  const [settled, setSettled] = useState(value)
  const text = JSON.stringify(value)
  // `text` stands for the value, which is a new object with every render.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (value === null || JSON.stringify(settled) === text) return
    const timer = setTimeout(() => setSettled(value), milliseconds)
    return () => clearTimeout(timer)
  }, [text, milliseconds])
  return settled
}
