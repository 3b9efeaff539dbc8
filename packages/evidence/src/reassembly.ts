import type { ChainHead, ProblemList } from './chain-report.ts'
import type { EvidenceEvent } from './event.ts'
import { digestHeader, ZERO_HASH } from './hash.ts'

/** The part of an event that its hash covers, with the hash. */
export type Row = Omit<EvidenceEvent, 'payload' | 'salt'>

/**
 * Rows that follow one another by their hashes. An untouched log is one fragment; each break starts
 * another. Only the ends are kept, so memory grows with the damage, not with the log.
 */
interface Fragment {
  /** Position of the first row: proven by a link, or only claimed by its `seq`. */
  start: number
  proven: boolean
  first: Row | null
  length: number
  endHash: string
  /** Claimed minus true position of the last row. */
  shift: number
  joined: boolean
}

/** Rows of one fragment that arrived one after the other. */
interface Run {
  fragment: Fragment
  offset: number
  length: number
}

/** Beyond this many breaks a log is rubble: naming each costs time that a hostile file may not take. */
const MAX_FRAGMENTS = 1000
/** How many open ends a row that does not fit is tried on, and how many events a renumbering may span. */
const OPEN_ENDS = 8
const MAX_RENUMBERING = 4

/**
 * Puts a log's rows into the order that their hashes prove, so that a changed row is named without
 * blaming those after it: each row is tried on the stored hash of the row before it, and where that
 * fails, on the ends left open by earlier breaks.
 */
export class Reassembly {
  readonly #sessionId: string
  readonly #fragments: Fragment[]
  readonly #runs: Run[] = []
  readonly #misnumbered: { fragment: Fragment; offset: number; claim: number }[] = []
  #current: Fragment
  #rubbleFrom: number | null = null

  constructor(sessionId: string) {
    this.#sessionId = sessionId
    this.#current = {
      start: 1,
      proven: true,
      first: null,
      length: 0,
      endHash: ZERO_HASH,
      shift: 0,
      joined: true,
    }
    this.#fragments = [this.#current]
  }

  /** Takes the next row of the log and answers its position as far as known now. */
  place(row: Row): number {
    if (this.#rubbleFrom !== null) return row.seq
    const fragment = this.#fragmentFor(row)
    const run = this.#runs.at(-1)
    if (run?.fragment === fragment) run.length++
    else this.#runs.push({ fragment, offset: fragment.length - 1, length: 1 })
    this.#current = fragment
    return endOf(fragment)
  }

  #fragmentFor(row: Row): Fragment {
    if (this.#extend(this.#current, row)) return this.#current
    const others = new Set([...this.#fragments.slice(-OPEN_ENDS), ...this.#fragments.slice(0, 1)])
    others.delete(this.#current)
    for (const fragment of others) if (this.#extend(fragment, row)) return fragment
    return this.#begin(row)
  }

  /** Appends the row to the fragment if its hash proves that it belongs there. */
  #extend(fragment: Fragment, row: Row): boolean {
    const next = endOf(fragment) + 1
    if (this.#hash(row, next, fragment.endHash) === row.hash) {
      fragment.proven = true
    } else {
      // A lone row's own number is unproven: after a renumbering only the next row tells the true one.
      const position = fragment.proven ? undefined : this.#renumbered(fragment, row)
      if (position === undefined) return false
      fragment.start = position - 1
      fragment.proven = true
      fragment.shift = (fragment.first?.seq ?? 0) - fragment.start
    }
    fragment.length++
    fragment.endHash = row.hash
    const shift = row.seq - endOf(fragment)
    // Rows moved along by the same distance are one renumbering: only its first row is named.
    if (shift !== fragment.shift && shift !== 0) {
      this.#misnumbered.push({ fragment, offset: fragment.length - 1, claim: row.seq })
    }
    fragment.shift = shift
    return true
  }

  #renumbered(fragment: Fragment, row: Row): number | undefined {
    for (let distance = -MAX_RENUMBERING; distance <= MAX_RENUMBERING; distance++) {
      const position = row.seq + distance
      if (position > 1 && this.#hash(row, position, fragment.endHash) === row.hash) return position
    }
    return undefined
  }

  #begin(row: Row): Fragment {
    const fragment: Fragment = {
      start: row.seq,
      proven: false,
      first: row,
      length: 1,
      endHash: row.hash,
      shift: 0,
      joined: false,
    }
    this.#fragments.push(fragment)
    if (this.#fragments.length > MAX_FRAGMENTS) this.#rubbleFrom = row.seq
    return fragment
  }

  #hash(row: Row, seq: number, previousHash: string): string {
    return digestHeader({ ...row, seq, sessionId: this.#sessionId, previousHash })
  }

  /** Adds what is wrong with the log's order and links, and answers where the log ends. */
  explain(problems: ProblemList): { head: ChainHead; claimedEnd: number } {
    const before = problems.size
    this.#join()
    const inOrder = this.#fragments
      .filter(({ length }) => length > 0)
      .sort((a, b) => a.start - b.start || Number(b.joined) - Number(a.joined) || b.length - a.length)
    const { head, last, surplus } = this.#sweep(inOrder, problems)
    this.#nameMisnumbered(problems)
    this.#nameMoved(surplus, problems)
    if (this.#rubbleFrom !== null) {
      const message = `the log breaks more than ${MAX_FRAGMENTS} times; what follows was not examined`
      problems.add('BROKEN_LINK', this.#rubbleFrom, message)
    }
    // Whatever the explanation above makes of it: only one unbroken, rightly numbered fragment is a log.
    const intact = this.#fragments.length === 1 && this.#misnumbered.length === 0
    if (!intact && problems.size === before) {
      problems.add('BROKEN_LINK', head.seq, 'the events do not form one chain')
    }
    return { head, claimedEnd: head.seq + (last?.shift ?? 0) }
  }

  /** Finds the fragments that continue one another although they did not arrive that way. */
  #join(): void {
    const crowded = this.#fragments.length > 64
    for (const fragment of this.#fragments) {
      const first = fragment.first
      if (first === null) continue
      const before = this.#fragments.find((other) => {
        const next = endOf(other) + 1
        if (other === fragment || ((crowded || fragment.proven) && next !== fragment.start)) return false
        return this.#hash(first, next, other.endHash) === first.hash
      })
      if (before !== undefined) {
        fragment.start = endOf(before) + 1
        fragment.proven = true
        fragment.joined = true
      }
    }
    // Only now is a fragment's start known for good, and with it whether its first row lies about it.
    for (const fragment of this.#fragments) {
      if (fragment.first === null) continue
      const claim = fragment.first.seq
      if (fragment.length === 1) fragment.shift = claim - fragment.start
      if (claim !== fragment.start) this.#misnumbered.push({ fragment, offset: 0, claim })
    }
  }

  /** Walks the fragments by position and names gaps, breaks and rows that are too many. */
  #sweep(inOrder: Fragment[], problems: ProblemList) {
    const surplus = new Set<Fragment>()
    let head: ChainHead = { seq: 0, hash: ZERO_HASH }
    let last: Fragment | undefined
    // Set while the row at the head is itself a break: the hash it should have had, were only that changed.
    let mended: string | null = null
    for (const fragment of inOrder) {
      const { first, start } = fragment
      const end = endOf(fragment)
      let nextMended: string | null = null
      if (start > head.seq + 1) {
        problems.addRange('MISSING', head.seq + 1, start - 1, 'is missing')
      } else if (start <= head.seq) {
        problems.addRange('INSERTED', start, Math.min(end, head.seq), 'is there more than once')
        if (end <= head.seq) surplus.add(fragment)
      } else if (!fragment.joined && first !== null) {
        if (mended === null) {
          const message = `event ${start} does not follow from the event before: it was edited, or that one was rewritten`
          problems.add('EDITED', start, message)
        } else if (this.#hash(first, start, mended) !== first.hash) {
          problems.add(
            'BROKEN_LINK',
            start,
            `event ${start} cannot be tied to event ${head.seq}, which was changed`,
          )
        }
        if (fragment.length === 1) nextMended = this.#hash(first, start, head.hash)
      }
      if (end <= head.seq) continue
      head = { seq: end, hash: fragment.endHash }
      last = fragment
      mended = nextMended
    }
    return { head, last, surplus }
  }

  #nameMisnumbered(problems: ProblemList): void {
    const wrong = this.#misnumbered.map(({ fragment, offset, claim }) => ({
      seq: fragment.start + offset,
      claim,
    }))
    const positions = new Set(wrong.map(({ seq }) => seq))
    for (const { seq, claim } of wrong) {
      // Numbers that were exchanged among themselves mean rows that were exchanged.
      const code = positions.has(claim) ? 'OUT_OF_ORDER' : 'EDITED'
      problems.add(code, seq, `event ${seq} stands in the log as number ${claim}`)
    }
  }

  #nameMoved(surplus: Set<Fragment>, problems: ProblemList): void {
    // A row with a false number arrived where that number belongs; it has been named for the number.
    const misnumbered = new Set(this.#misnumbered.map(({ fragment, offset }) => fragment.start + offset))
    const arrived = this.#runs
      .filter(({ fragment }) => !surplus.has(fragment))
      .map(({ fragment, offset, length }) => ({ first: fragment.start + offset, length }))
      .filter(({ first }) => !misnumbered.has(first))
    const sorted = [...arrived].sort((a, b) => a.first - b.first)
    const displaced = arrived
      .filter((run, index) => sorted[index] !== run)
      .sort((a, b) => b.length - a.length)
    // One long stretch between two short ones was not moved: they were moved around it.
    const [longest, second] = displaced
    const moved = (longest?.length ?? 0) > (second?.length ?? 0) ? displaced.slice(1) : displaced
    for (const { first, length } of moved) {
      problems.addRange('OUT_OF_ORDER', first, first + length - 1, 'is not in its place')
    }
  }
}

function endOf(fragment: Fragment): number {
  return fragment.start + fragment.length - 1
}
