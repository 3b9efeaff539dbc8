import type { QueryClient } from '@tanstack/react-query'
import type { Viva } from '../viva.ts'

/** Whose data a cache holds. */
interface Holder {
  viva: Viva
  /** Null while nobody is signed in. */
  userId: string | null
  /** How many providers rely on it. */
  providers: number
}

const holders = new WeakMap<QueryClient, Holder>()

/**
 * Lets a cache hold one user's data at a time: it is emptied when they sign out, or another signs in.
 *
 * @returns ends that
 * @throws where the cache is in use for another `Viva`: their keys are the same, and their users need not be
 */
export function keepToOneUser(client: QueryClient, viva: Viva): () => void {
  const known = holders.get(client)
  if (known && known.viva !== viva) {
    if (known.providers > 0)
      throw new Error('Give each Viva a QueryClient of its own: their keys are the same.')
    forget(client)
  }
  const holder = known?.viva === viva ? known : { viva, userId: viva.user?.id ?? null, providers: 0 }
  holders.set(client, holder)
  holder.providers += 1

  const look = () => {
    const before = holder.userId
    holder.userId = viva.user?.id ?? null
    if (holder.userId === before) return
    if (before !== null) forget(client)
    // What nobody could read, somebody may. What was found out before a reload, on the way here, stays.
    else void client.resetQueries({ predicate: (query) => query.state.status === 'error' })
  }
  // Somebody may have signed in or out while nobody listened.
  look()
  const off = viva.onUser(look)
  return () => {
    off()
    holder.providers -= 1
  }
}

/** Drops everything; what is on screen is asked for again. Changes that wait for the network are not made any more. */
function forget(client: QueryClient): void {
  client.getMutationCache().clear()
  client.removeQueries({ predicate: (query) => query.getObserversCount() === 0 })
  void client.resetQueries()
}
