import { encodePaymentResponseHeader } from '@x402/core/http'
import type { Network } from '@x402/core/types'
import { z } from 'zod'
import type { AppError } from '@/lib/errors'
import { decodeJson } from '@/lib/protocol-shared'
import * as Batch from './batch'
import * as Payload from './Payload'
import { reasonOf } from './reasons'

/** Why a payment was refused, in x402's terms. */
export type X402Refusal = {
  /** x402's reason code. */
  reason: string
  /** The response header: X-PAYMENT-RESPONSE for a v1 payment (transports-v2/http, "Settlement Response Delivery"). */
  name: 'PAYMENT-RESPONSE' | 'X-PAYMENT-RESPONSE'
  value: string
}

/**
 * Errors that are a verdict on the payment. Other errors (an outage, a payment in progress) must not report failure:
 * the client would sign again while the first payment may still move.
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
 * The refusal for the x402 payment in these headers; undefined if there is no payment, or if the error is no verdict
 * on it. Never throws: for an unreadable payment it reports what can be read.
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
    // v1 uses network names, although the SDK's type is CAIP-2.
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

/** Reads as much of the payment as possible. */
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
