import { expect, test } from 'vitest'
import { createAddressCap } from './address-cap.ts'

test('an address has so many places, and a connection that ends gives its own back', () => {
  const cap = createAddressCap(2)
  const [first, second] = [cap.take('192.0.2.1'), cap.take('192.0.2.1')]
  expect(first && second).toBeTypeOf('function')
  expect(cap.take('192.0.2.1')).toBeNull()
  expect(cap.take('192.0.2.2')).toBeTypeOf('function')
  first?.()
  expect(cap.take('192.0.2.1')).toBeTypeOf('function')
  expect(cap.take('192.0.2.1')).toBeNull()
})

test('whoever has a whole IPv6 network has the places of one address', () => {
  const cap = createAddressCap(2)
  expect(cap.take('2001:db8:0:1::1')).toBeTypeOf('function')
  expect(cap.take('2001:db8:0:1:ffff::2')).toBeTypeOf('function')
  expect(cap.take('2001:db8:0:1::3')).toBeNull()
  expect(cap.take('2001:db8:0:2::1')).toBeTypeOf('function')
  // One IPv4 address, however a dual-stack socket writes it.
  expect([cap.take('::ffff:192.0.2.1'), cap.take('192.0.2.1'), cap.take('192.0.2.1')].at(-1)).toBeNull()
})
