import { networkOf } from '@viva/api'

/** Counts the open connections of each address, or of each network where one caller has all addresses of it (IPv6). */
export interface AddressCap {
  /** Takes a place, or null where the address has none left. Call the result once, when the connection ends. */
  take(address: string): (() => void) | null
}

export function createAddressCap(max: number): AddressCap {
  const open = new Map<string, number>()
  return {
    take(caller) {
      const address = networkOf(caller)
      const count = open.get(address) ?? 0
      if (count >= max) return null
      open.set(address, count + 1)
      return () => {
        const left = (open.get(address) ?? 1) - 1
        if (left > 0) open.set(address, left)
        else open.delete(address)
      }
    },
  }
}
