/**
 * @viva/client/evidence: verifies an exported session anywhere, without trusting the server that it came from.
 * @packageDocumentation
 */
export * from '@viva/evidence'
