import { MEDIA_SENSORS, type MediaKind } from '../../contract/index.ts'
import { AppError } from '../../core/errors.ts'
import type { SessionRow } from '../sessions/index.ts'

/**
 * What a candidate declined, or was never asked for, is not kept, whatever their browser sends.
 *
 * @throws CONSENT_REQUIRED
 */
export function requireConsent({ consents }: Pick<SessionRow, 'consents'>, kind: MediaKind): void {
  const sensor = MEDIA_SENSORS[kind]
  if (sensor === null || consents[sensor] === true) return
  throw new AppError('CONSENT_REQUIRED', `The candidate has not consented to the ${sensor}.`, { sensor })
}
