/** Names that smell of something that stays on the server, whatever comes before or after. */
const SUSPICIOUS = /hash|secret|salt|lease|private|password|box$|storagekey|policystate/i

/** Hashes that are meant to be known: they prove what a log or a file says, and open nothing. */
const PUBLIC = new Set(['hash', 'headHash'])

/** An evidence bundle is verified with the salts and the hashes of its payloads, so it carries them. */
const IN_EVIDENCE = new Set(['salt', 'payloadHash'])

/**
 * The paths of all fields in an answer that look like secrets of the server. A field that is meant to be public although
 * its name looks like one is added to the lists here, on purpose and with its reason.
 */
export function findSecretFields(answer: unknown, procedure: string): string[] {
  const found: string[] = []
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [name, item] of Object.entries(value)) {
      const isKnown = PUBLIC.has(name) || (procedure === 'sessions.exportEvidence' && IN_EVIDENCE.has(name))
      if (SUSPICIOUS.test(name) && !isKnown && !Array.isArray(value)) found.push(`${path}.${name}`)
      visit(item, `${path}.${name}`)
    }
  }
  visit(answer, procedure)
  return found
}
