import { PaymentRequest, Receipt, type Challenge } from 'mppx'
import { z } from 'zod'
import { Bolt11 } from '@/lib/lightning'
import * as Slots from '../Slots'

/** MPP's `charge` by the method `lightning` (draft-lightning-charge): its request, its challenge, its receipt. Pure. */

export const method = 'lightning'
export const intent = 'charge'

/** The networks that the draft names, `mainnet` when absent. It knows no testnet. */
const networks = ['mainnet', 'regtest', 'signet'] as const

const Hash = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits')

/** What a challenge asks for. Its invoice is authoritative; the other members repeat it. */
export const Request = z.object({
  amount: z.string().regex(/^[1-9][0-9]{0,15}$/, 'must be a positive number of satoshi'),
  currency: z.literal('sat'),
  description: z.string().max(640).optional(),
  recipient: z.string().max(200).optional(),
  externalId: z.string().max(200).optional(),
  methodDetails: z.object({
    invoice: z.string().max(2_048),
    paymentHash: Hash.optional(),
    network: z.enum(networks).optional(),
  }),
})
export type LightningRequest = z.infer<typeof Request>

/** The members of a request, from the invoice. The description goes into the invoice, where the payer's wallet shows it. */
export type LightningTerms = { bolt11: string; externalId?: string; recipient?: string }

/**
 * The request of an invoice.
 * @throws TypeError if the invoice has no amount, is none, or is for a network that the draft does not name.
 */
export function requestOf({ bolt11, externalId, recipient }: LightningTerms): LightningRequest {
  const invoice = Bolt11.decode(bolt11)
  if (invoice.amountSat === null) throw new TypeError('A charge needs an invoice with an amount.')
  const network = networks.find((name) => name === invoice.network)
  if (network === undefined) throw new TypeError(`MPP has no Lightning on ${invoice.network}.`)
  return {
    amount: String(invoice.amountSat),
    currency: 'sat',
    ...(invoice.description && { description: invoice.description }),
    ...(externalId !== undefined && { externalId }),
    ...(recipient !== undefined && { recipient }),
    methodDetails: { invoice: invoice.bolt11, network, paymentHash: invoice.paymentHash },
  }
}

export type LightningBinding = {
  realm: string
  secret: string
  /** When the quote ends; the challenge ends with its invoice if that is earlier. */
  quoteExpiresAtMs: number
  /** Of the request's body, as `Content-Digest` writes it; absent without a body. */
  digest?: string
}

/**
 * The challenge of an invoice. It has no `opaque`: clients of the draft echo id, realm, method, intent, request and expires, and
 * nothing else. Its id binds the digest of the body too, which the server takes from the request itself.
 */
export function issue(terms: LightningTerms, binding: LightningBinding): Challenge.Challenge {
  const { realm, secret, digest } = binding
  const request = requestOf(terms)
  const expires = new Date(expiryOf(terms.bolt11, binding.quoteExpiresAtMs)).toISOString()
  const encoded = PaymentRequest.serialize(request)
  const slots = { realm, method, intent, request: encoded, expires, digest: digest ?? '', opaque: '' }
  return {
    id: Slots.idOf(slots, secret),
    realm,
    method,
    intent,
    request,
    expires,
    ...(digest !== undefined && { digest }),
  }
}

/** The earlier end of invoice and quote, whole seconds, because an invoice knows no parts of them. */
export function expiryOf(bolt11: string, quoteExpiresAtMs: number): number {
  const { expiresAtMs } = Bolt11.decode(bolt11)
  return Math.floor(Math.min(expiresAtMs, quoteExpiresAtMs) / 1000) * 1000
}

/** Payment-Receipt of an answer. Its reference is the payment hash, never the preimage. */
export function receiptOf(paid: { challengeId: string; paymentHash: string; settledAtMs: number }): string {
  const receipt = {
    method,
    challengeId: paid.challengeId,
    reference: paid.paymentHash,
    status: 'success' as const,
    timestamp: new Date(paid.settledAtMs).toISOString(),
  }
  return Receipt.serialize(receipt)
}
