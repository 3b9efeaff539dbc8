import { type ChainHead, type ChainReport, ProblemList } from './chain-report.ts'
import { EvidenceError } from './error.ts'
import { type EvidenceEvent, isErasable, isHash, isLine, isSalt, isSeq, isTime } from './event.ts'
import { hashPayload } from './hash.ts'
import { Reassembly } from './reassembly.ts'

/** Verifies one log, event by event; see {@link createChainVerifier}. */
export interface ChainVerifier {
  /** Takes the next event, in the order of the log. */
  push(event: EvidenceEvent): void
  /** Answers for everything pushed; call it once, after the last event. */
  finish(head?: ChainHead | undefined): ChainReport
}

/**
 * Verifies a whole log: every payload against its hash, every event against the stored hash of the one
 * before, and the end against `head`. A changed, deleted, inserted or moved event is named by its
 * position, without blaming the events after it. Nothing that a log contains makes it throw.
 *
 * It cannot see a log that was rewritten from some event to the end with all hashes made anew: only
 * something kept elsewhere can, such as `head` or a seal (see {@link verifyBundle}).
 *
 * @param input.events the log in its order.
 * @param input.head where the log should end, if that is known; without it a cut-off tail goes unseen.
 * @throws EvidenceError `INVALID_FIELD` if the session's id is empty or holds a newline.
 * @example
 * const report = verifyChain({ sessionId, events, head })
 * if (!report.ok) for (const { code, seq, message } of report.problems) console.error(code, seq, message)
 */
export function verifyChain(input: {
  sessionId: string
  events: Iterable<EvidenceEvent>
  head?: ChainHead | undefined
}): ChainReport {
  const verifier = createChainVerifier({ sessionId: input.sessionId })
  for (const event of input.events) verifier.push(event)
  return verifier.finish(input.head)
}

/**
 * {@link verifyChain} for a log that is read in batches: holds no events, only what it found.
 *
 * @throws EvidenceError `INVALID_FIELD` if the session's id is empty or holds a newline.
 * @example
 * const verifier = createChainVerifier({ sessionId })
 * for await (const batch of readBatches(sessionId)) for (const event of batch) verifier.push(event)
 * const report = verifier.finish(head)
 */
export function createChainVerifier({ sessionId }: { sessionId: string }): ChainVerifier {
  if (!isLine(sessionId)) {
    throw new EvidenceError('INVALID_FIELD', 'not an id of a session', { path: '$.sessionId' })
  }
  const reassembly = new Reassembly(sessionId)
  const findings = new ProblemList()
  const erased: number[] = []
  let events = 0
  let lastSeq = 0

  return {
    push(event) {
      events++
      // An event without a usable number is taken for the next one, so that its other fields still count.
      const seq = isSeq(event.seq) ? event.seq : lastSeq + 1
      const { type, at, actor, payloadHash, hash } = event
      lastSeq = reassembly.place({ seq, type, at, actor, payloadHash, hash })
      const malformed = malformedFields(event)
      if (malformed.length > 0) {
        findings.add(
          'MALFORMED',
          lastSeq,
          `event ${lastSeq}: ${malformed.join(', ')} not in the form of the format`,
        )
      }
      if (event.salt === null && event.payload === null) {
        erased.push(lastSeq)
        if (!isErasable(type)) {
          findings.add('NOT_ERASABLE', lastSeq, `event ${lastSeq}: ${type} has no payload that may be erased`)
        }
      } else if (isSalt(event.salt) && !matchesPayload(event, event.salt)) {
        findings.add(
          'PAYLOAD_MISMATCH',
          lastSeq,
          `event ${lastSeq}: the payload is not the one that was hashed`,
        )
      }
    },

    finish(head) {
      const { head: found, claimedEnd } = reassembly.explain(findings)
      if (head !== undefined && (head.seq !== found.seq || head.hash !== found.hash)) {
        findings.add(
          'HEAD_MISMATCH',
          head.seq,
          `the log ends with event ${found.seq}, not with the head ${head.seq}`,
        )
        // Renumbered rows were named already; only positions beyond every number are truly gone.
        const lastNumber = Math.max(found.seq, claimedEnd)
        if (head.seq > lastNumber) findings.addRange('MISSING', lastNumber + 1, head.seq, 'is missing')
        else if (head.seq < found.seq)
          findings.addRange('INSERTED', head.seq + 1, found.seq, 'is after the head')
      }
      const problems = findings.sorted()
      return {
        ok: problems.length === 0,
        events,
        head: found,
        erased: erased.sort((a, b) => a - b),
        problems,
      }
    },
  }
}

function malformedFields(event: EvidenceEvent): string[] {
  const valid = {
    seq: isSeq(event.seq),
    type: isLine(event.type),
    at: isTime(event.at),
    actor: isLine(event.actor),
    // Without a salt there is nothing that ties a payload to the event.
    payload: event.payload !== undefined && (event.salt !== null || event.payload === null),
    salt: event.salt === null || isSalt(event.salt),
    payloadHash: isHash(event.payloadHash),
    hash: isHash(event.hash),
  }
  return Object.entries(valid).flatMap(([field, isValid]) => (isValid ? [] : [field]))
}

function matchesPayload({ payload, payloadHash }: EvidenceEvent, salt: string): boolean {
  try {
    return hashPayload({ payload, salt }) === payloadHash
  } catch (error) {
    // A payload that has no canonical form cannot be what was hashed.
    if (error instanceof EvidenceError) return false
    throw error
  }
}
