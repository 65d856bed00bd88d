import { z } from 'zod'
import type { NodeAnswer } from './call-node'
import { LightningFault } from './LightningFault'
import type { PaymentFault, PaymentOutcome } from './LightningNode'
import * as Payable from './Payable'
import { Preimage } from './Preimage'

/** Answers of phoenixd: JSON without what is null, satoshi as numbers, errors as text. Pure. */

const integer = z.number().int().nonnegative().transform(BigInt)
const hash = z.string().regex(/^[0-9a-f]{64}$/)

export const MadeInvoice = z.object({ paymentHash: hash, serialized: z.string() })
export const Balance = z.object({ balanceSat: integer })
export const Info = z.object({
  channels: z.array(z.object({ state: z.string(), inboundLiquiditySat: integer.optional() })),
})
export const Incoming = z.object({
  paymentHash: hash,
  isPaid: z.boolean(),
  isExpired: z.boolean().default(false),
  receivedSat: integer,
  /** Unix milliseconds. */
  completedAt: z.number().optional(),
})
export const Outgoing = z.object({
  isPaid: z.boolean(),
  preimage: z.string().optional(),
  /** Millisatoshi. */
  fees: integer,
  completedAt: z.number().optional(),
})
/** Both ends of a payment are answers with 200. */
export const Paid = z.union([
  z.object({ paymentPreimage: z.string(), routingFeeSat: integer }),
  z.object({ reason: z.string() }),
])

/** The fault of an answer that is none; undefined for 200. */
export function faultOf({ status, text }: NodeAnswer): LightningFault | undefined {
  if (status === 200) return undefined
  const kind = status >= 400 && status < 500 ? 'refused' : 'unknown'
  return new LightningFault(kind, `The node answered ${status}: ${text.slice(0, 200)}`)
}

/** @throws LightningFault if the answer is not what phoenixd writes. */
export function read<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))].join(', ')
  throw new LightningFault('unknown', `The answer of the node cannot be read: ${fields || 'no JSON'}.`)
}

export function outcomeOf(payment: z.output<typeof Outgoing>, paymentHash: string): PaymentOutcome {
  if (payment.isPaid) return succeeded(payment.preimage, Payable.ceilSat(payment.fees), paymentHash)
  if (payment.completedAt !== undefined) return { status: 'failed', fault: 'other', detail: 'The payment failed.' }
  return { status: 'unknown', detail: 'The payment is under way.' }
}

export function succeeded(secret: string | undefined, feeSat: bigint, paymentHash: string): PaymentOutcome {
  const preimage = Preimage.parse(secret)
  if (!preimage?.opens(paymentHash))
    return { status: 'unknown', detail: 'The node says paid, with a preimage that does not fit.' }
  return { status: 'succeeded', feeSat, preimage }
}

/** True of a reason that speaks about an earlier attempt at the same invoice. */
export const isRepeat = (reason: string): boolean => /already been paid|in progress/i.test(reason)

/** phoenixd explains failures in sentences. */
export function failed(reason: string): PaymentOutcome {
  const [, fault = 'other'] = words.find(([pattern]) => pattern.test(reason)) ?? []
  return { status: 'failed', fault: fault as PaymentFault, detail: reason.slice(0, 200) }
}

const words: readonly (readonly [RegExp, PaymentFault])[] = [
  [/not enough funds|insufficient/i, 'no-balance'],
  [/rout|offline|liquidity/i, 'no-route'],
  [/reject/i, 'rejected'],
  [/expired/i, 'expired'],
  [/time/i, 'timeout'],
]

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
