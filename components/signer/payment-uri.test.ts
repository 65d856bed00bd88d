import { expect, it } from 'vitest'
import { paymentUri } from './payment-uri'

const address = `0x${'ab'.repeat(20)}`
const token = `0x${'cd'.repeat(20)}`

it('asks for coin or for a token as EIP-681 says', () => {
  expect(paymentUri('eip155:84532', address, null)).toBe(`ethereum:${address}@84532`)
  expect(paymentUri('eip155:1337', address, token)).toBe(`ethereum:${token}@1337/transfer?address=${address}`)
})
