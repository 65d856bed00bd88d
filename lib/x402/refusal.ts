import { encodePaymentResponseHeader } from '@x402/core/http'
import type { Network } from '@x402/core/types'
import { z } from 'zod'
import type { AppError } from '@/lib/errors'
import { decodeJson } from '@/lib/protocol-shared'
import * as Batch from './batch'
import * as Payload from './Payload'
import { reasonOf } from './reasons'

/** Why a payment that came along was not taken, as x402 says it. */
export type X402Refusal = {
  /** x402's word. */
  reason: string
  /** Its header: X-PAYMENT-RESPONSE for a v1 payment. That is how clients of each are told (transports-v2/http, "Settlement Response Delivery"). */
  name: 'PAYMENT-RESPONSE' | 'X-PAYMENT-RESPONSE'
  value: string
}

/**
 * Verdicts on a payment. Every other error says nothing about it, and who reads "no success" of an outage, or of a payment that is
 * under way, signs again while the first one may still move.
 */
const verdicts = new Set<AppError['code']>([
  'payment-malformed',
  'method-unsupported',
  'invalid-challenge',
  'payment-expired',
  'verification-failed',
  'allowance-required',
  'payment-insufficient',
  'credential-used',
  'payment-voided',
  'payment-refunded',
  'settlement-failed',
  'identifier-used',
  'identifier-malformed',
  'payer-denied',
  'session-invalid-signature',
  'session-signer-mismatch',
  'session-amount-exceeds-deposit',
  'session-channel-not-found',
  'session-channel-finalized',
  'session-insufficient-balance',
  'session-delta-too-small',
  'channel-deposit-too-small',
  'channel-busy',
])

/**
 * What to tell of an error to whoever sent these headers; undefined when they carry no x402 payment, or the error says nothing about
 * it. Never throws: a payment that cannot be read is told of as far as it can.
 */
export function toRefusal(headers: Headers, error: AppError): X402Refusal | undefined {
  if (!verdicts.has(error.code)) return undefined
  const [name] = [Payload.headerV2, Payload.headerV1].filter((one) => headers.has(one))
  if (name === undefined) return undefined
  const { network, payer, family, isChannel } = read(headers)
  const reason = (isChannel ? Batch.Requirements.wordOf(error.code) : undefined) ?? reasonOf(error, family)
  const response = {
    success: false,
    errorReason: reason,
    transaction: '',
    // v1 knows networks by name only, and the type is CAIP-2's all the same.
    network: network as Network,
    ...(payer !== undefined && { payer }),
  }
  const value = encodePaymentResponseHeader(response)
  return { reason, name: name === Payload.headerV1 ? 'X-PAYMENT-RESPONSE' : 'PAYMENT-RESPONSE', value }
}

type Read = { network: string; payer?: string; family?: Payload.X402Payload['scheme']['family']; isChannel: boolean }

const networkName = z.string().regex(/^[\w:.-]{1,64}$/)
const Named = z.object({
  network: networkName.optional().catch(undefined),
  accepted: z
    .object({ scheme: z.string().optional(), network: networkName.optional().catch(undefined) })
    .optional()
    .catch(undefined),
})

/** As much of the payment as can be read. */
function read(headers: Headers): Read {
  try {
    const found = Payload.carried(headers)
    const decoded = found && decodeJson(found.text, 'base64')
    const { network, accepted } = Named.parse(decoded)
    const named = { network: (found?.version === 1 ? network : accepted?.network) ?? '' }
    if (accepted?.scheme === Batch.Requirements.scheme) return { ...named, isChannel: true }
    try {
      const { signed, scheme } = Payload.from(decoded, found?.version ?? 2)
      return { ...named, payer: signed.payer, family: scheme.family, isChannel: false }
    } catch {
      return { ...named, isChannel: false }
    }
  } catch {
    return { network: '', isChannel: false }
  }
}
