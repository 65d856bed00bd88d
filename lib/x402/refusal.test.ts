import { decodePaymentResponseHeader } from '@x402/core/http'
import { describe, expect, it } from 'vitest'
import { AppError, type ErrorCode } from '@/lib/errors'
import { refused } from '@/lib/protocol-shared'
import {
  acceptedOf,
  agentRequest,
  authorization,
  payer,
  quote,
  sign,
  toBase64,
} from '@/sandbox/testing/credential-fixture'
import { challengeAll } from '../protocols'
import { toRefusal } from './refusal'

const accepted = acceptedOf(challengeAll(quote, agentRequest).headers)
const message = authorization()
const payload = { authorization: message, signature: await sign(message) }
const v2 = new Headers({ 'PAYMENT-SIGNATURE': toBase64({ x402Version: 2, accepted, payload }) })
const v1 = new Headers({
  'X-PAYMENT': toBase64({ x402Version: 1, scheme: 'exact', network: 'base-sepolia', payload }),
})

/** Name of the header, and its content. */
function refusalFor(headers: Headers, error: AppError) {
  const refusal = toRefusal(headers, error)
  if (!refusal) return undefined
  const { success, transaction, ...said } = decodePaymentResponseHeader(refusal.value)
  expect({ success, transaction }).toEqual({ success: false, transaction: '' })
  expect(said.errorReason).toBe(refusal.reason)
  return { header: refusal.name, ...said }
}

describe('a refusal in x402’s codes', () => {
  it('names reason, network and payer, in the header of its version', () => {
    const error = refused('balance', 'Too little.', 'payment-insufficient')
    expect(refusalFor(v2, error)).toEqual({
      header: 'PAYMENT-RESPONSE',
      errorReason: 'invalid_exact_evm_insufficient_balance',
      network: 'eip155:84532',
      payer: payer.address.toLowerCase(),
    })
    expect(refusalFor(v1, error)).toEqual({
      header: 'X-PAYMENT-RESPONSE',
      errorReason: 'invalid_exact_evm_insufficient_balance',
      network: 'base-sepolia',
      payer: payer.address.toLowerCase(),
    })
    expect(refusalFor(new Headers([...v1, ...v2]), error)?.header).toBe('PAYMENT-RESPONSE')
  })

  it.each<[ErrorCode, Record<string, unknown>, string]>([
    ['payment-expired', {}, 'invalid_exact_evm_payload_authorization_valid_before'],
    ['payment-expired', { reason: 'not-yet-valid' }, 'invalid_exact_evm_payload_authorization_valid_after'],
    ['verification-failed', { reason: 'signature' }, 'invalid_exact_evm_signature'],
    ['verification-failed', { reason: 'value' }, 'invalid_exact_evm_authorization_value'],
    ['verification-failed', { reason: 'recipient' }, 'invalid_exact_evm_recipient_mismatch'],
    ['verification-failed', { reason: 'network' }, 'invalid_network'],
    ['verification-failed', {}, 'invalid_payment_requirements'],
    ['verification-failed', { reason: 'no word of ours' }, 'invalid_payment_requirements'],
    ['invalid-challenge', {}, 'invalid_payment_requirements'],
    ['payment-insufficient', {}, 'invalid_exact_evm_insufficient_balance'],
    ['credential-used', {}, 'invalid_exact_evm_nonce_already_used'],
    ['payment-voided', {}, 'invalid_exact_evm_nonce_already_used'],
    ['settlement-failed', {}, 'invalid_exact_evm_transaction_failed'],
    ['settlement-failed', { reason: 'balance' }, 'invalid_exact_evm_insufficient_balance'],
    ['method-unsupported', { reason: 'scheme' }, 'invalid_scheme'],
  ])('%s %j is %s', (code, extra, reason) => {
    expect(refusalFor(v2, new AppError(code, 'No.', { extra }))?.errorReason).toBe(reason)
  })

  it('has as much of a payment as can be read', () => {
    const malformed = new AppError('payment-malformed', 'No.')
    const of = (text: string) => refusalFor(new Headers({ 'PAYMENT-SIGNATURE': text }), malformed)
    const nothing = { header: 'PAYMENT-RESPONSE', errorReason: 'invalid_payload', network: '' }
    expect(of('%%%')).toEqual(nothing)
    expect(of(toBase64([]))).toEqual(nothing)
    expect(of(toBase64({ accepted: { network: '\u00e9'.repeat(5000) } }))).toEqual(nothing)
    expect(of(`${toBase64({ a: 1 })}, ${toBase64({ b: 1 })}`)).toEqual(nothing)
    expect(of(toBase64({ accepted: { network: 'eip155:84532' } }))).toEqual({ ...nothing, network: 'eip155:84532' })
  })

  it('is absent if the error is no verdict on the payment, or without a payment', () => {
    for (const code of ['settlement-pending', 'payment-in-progress', 'unavailable', 'internal-error'] as const)
      expect(refusalFor(v2, new AppError(code, 'Later.'))).toBeUndefined()
    for (const code of ['upstream-failed', 'upstream-rejected', 'rate-limited', 'channel-limit-reached'] as const)
      expect(refusalFor(v2, new AppError(code, 'Not now.'))).toBeUndefined()
    expect(
      refusalFor(new Headers({ authorization: 'Payment x' }), new AppError('payment-expired', 'No.')),
    ).toBeUndefined()
  })
})
