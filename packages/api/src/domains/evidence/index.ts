/** Evidence: what makes a session's log provable. Signs heads, recomputes chains, exports bundles. */
export { exportEvidence } from './export-evidence.ts'
export { verifyLog } from './verify-log.ts'
