import { expect, it } from 'vitest'
import { toBase64 } from '@/sandbox/testing/credential-fixture'
import { toHeaders, toMeta } from './mcp'

const v2 = { x402Version: 2, accepted: {}, payload: {} }
const v1 = { x402Version: 1, scheme: 'exact', network: 'base-sepolia', payload: {} }

it.each([
  ['an object', { 'x402/payment': v2 }, ['PAYMENT-SIGNATURE', toBase64(v2)]],
  ['text, as Cloudflare’s agents sends it', { 'x402/payment': toBase64(v2) }, ['PAYMENT-SIGNATURE', toBase64(v2)]],
  ['an object of v1', { 'x402/payment': v1 }, ['X-PAYMENT', toBase64(v1)]],
  ['text of v1, as Vercel’s x402-mcp sends it', { 'x402.payment': toBase64(v1) }, ['X-PAYMENT', toBase64(v1)]],
  ['text that is not base64', { 'x402/payment': 'nonsense' }, ['PAYMENT-SIGNATURE', 'nonsense']],
  ['text that is not a valid header value', { 'x402/payment': 'a\r\nb: c' }, ['PAYMENT-SIGNATURE', '-']],
  ['an empty text', { 'x402/payment': '' }, ['PAYMENT-SIGNATURE', '-']],
])('a payment is %s', (_, meta, header) => {
  expect(toHeaders(meta)).toEqual([header])
})

it('a call without a payment has no header', () => {
  expect(toHeaders({ progressToken: 1 })).toEqual([])
})

it('a result has the receipt of a payment of either version', () => {
  const refused = { success: false, errorReason: 'insufficient_funds', transaction: '', network: 'base-sepolia' }
  for (const name of ['PAYMENT-RESPONSE', 'X-PAYMENT-RESPONSE'])
    expect(toMeta(new Headers({ [name]: toBase64(refused) }))).toEqual({ 'x402/payment-response': refused })
  expect(toMeta(new Headers())).toEqual({})
})
