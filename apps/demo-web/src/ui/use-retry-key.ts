import { newKey } from '@viva/client'
import { useRef } from 'react'

/**
 * Gives an input the key that it is sent under. A try that failed may have arrived all the same: while the input stays
 * the same, so does its key, and the server answers as it did first. Another input gets another key.
 *
 * @example
 * const keyed = useRetryKey()
 * end.mutate(keyed({ companyId, sessionId, reason, note }))
 */
export function useRetryKey() {
  const sent = useRef({ text: '', idempotencyKey: '' })
  return <Input extends object>(input: Input): Input & { idempotencyKey: string } => {
    const text = JSON.stringify(input)
    if (sent.current.text !== text) sent.current = { text, idempotencyKey: newKey() }
    return { ...input, idempotencyKey: sent.current.idempotencyKey }
  }
}
