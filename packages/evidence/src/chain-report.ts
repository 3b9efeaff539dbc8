/** The end of a log: the last event's position and hash. */
export interface ChainHead {
  /** 0 for an empty log. */
  seq: number
  hash: string
}

/** What is wrong with one event. */
export type ProblemCode =
  /** A field of the event, or its hash, was changed. */
  | 'EDITED'
  /** There is no such event though the log goes on, or should. */
  | 'MISSING'
  /** There is an event too many under this number. */
  | 'INSERTED'
  /** The event is genuine but stands in another one's place. */
  | 'OUT_OF_ORDER'
  /** The event cannot be tied to the one before, which was itself replaced. */
  | 'BROKEN_LINK'
  /** The payload (or its salt) is not the one that was hashed. */
  | 'PAYLOAD_MISMATCH'
  /** The log does not end where its recorded or sealed head says. */
  | 'HEAD_MISMATCH'
  /** A field is not in the form that the format allows. */
  | 'MALFORMED'
  /** The event closed the session or came after that, and the seal that the server made with it is missing. */
  | 'UNSEALED'
  /** The payload of an event that holds nobody's words was erased. */
  | 'NOT_ERASABLE'

/** One finding about one event. */
export interface Problem {
  code: ProblemCode
  /** The event's true position, as far as its hash proves one; else the position it claims. */
  seq: number
  /** For a person; not stable. */
  message: string
}

/** What {@link verifyChain} found. */
export interface ChainReport {
  /** True only if every event is in place, unchanged and linked, and the head (if given) matches. */
  ok: boolean
  /** How many events were read. */
  events: number
  /** The last event as found; `{ seq: 0, hash: ZERO_HASH }` for an empty log. */
  head: ChainHead
  /** Positions of the events whose payload was erased; they verify all the same. */
  erased: number[]
  /** Empty if and only if `ok`; sorted by position. */
  problems: Problem[]
}

/** How many events one range of missing, inserted or moved events names one by one. */
const NAMED_PER_RANGE = 100

/** Collects problems: each (code, event) once, and none that another one explains. */
export class ProblemList {
  readonly #problems = new Map<string, Problem>()

  add(code: ProblemCode, seq: number, message: string): void {
    const key = `${seq} ${code}`
    if (!this.#problems.has(key)) this.#problems.set(key, { code, seq, message })
  }

  /** Names every event of a range; the rest of a very long range shares its last problem. */
  addRange(code: ProblemCode, first: number, last: number, what: string): void {
    const named = Math.min(last, first + NAMED_PER_RANGE - 1)
    for (let seq = first; seq < named; seq++) this.add(code, seq, `event ${seq} ${what}`)
    if (named < first) return
    const through = named < last ? ` and all up to ${last}` : ''
    this.add(code, named, `event ${named}${through} ${what}`)
  }

  get size(): number {
    return this.#problems.size
  }

  sorted(): Problem[] {
    const isSurplus = (seq: number) => this.#problems.has(`${seq} INSERTED`)
    return (
      [...this.#problems.values()]
        // An event that is too many cannot link: that is no second problem.
        .filter(({ code, seq }) => (code !== 'EDITED' && code !== 'BROKEN_LINK') || !isSurplus(seq))
        .sort((a, b) => a.seq - b.seq || (a.code < b.code ? -1 : 1))
    )
  }
}
