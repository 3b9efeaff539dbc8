import { expect, test } from 'vitest'
import { fingerprintOf } from './fingerprint.ts'

test('a key’s fingerprint is its thumbprint, as the RFC works it out', async () => {
  // RFC 8037, appendices A.2 and A.3.
  const key = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }
  expect(await fingerprintOf(key)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
})
