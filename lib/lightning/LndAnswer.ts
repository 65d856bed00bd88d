import { z } from 'zod'
import type { NodeAnswer } from './call-node'
import { LightningFault } from './LightningFault'
import type { PaymentFault, PaymentOutcome } from './LightningNode'
import { Preimage } from './Preimage'
import * as Payable from './Payable'

/** Answers of LND's REST gateway: 64-bit integers are text, bytes are base64, a stream is lines. Pure. */

const integer = z
  .string()
  .regex(/^\d{1,19}$/)
  .transform(BigInt)
const hash = z
  .base64()
  .transform((text) => Buffer.from(text, 'base64').toString('hex'))
  .pipe(z.string().length(64))

export const AddedInvoice = z.object({ r_hash: hash, payment_request: z.string() })

export const Invoice = z.object({
  r_hash: hash,
  add_index: integer,
  state: z.enum(['OPEN', 'SETTLED', 'CANCELED', 'ACCEPTED']),
  amt_paid_msat: integer,
  settle_date: integer,
})
export const Invoices = z.object({ invoices: z.array(Invoice) })

const constraints = z.object({ chan_reserve_sat: integer }).nullish()
export const Channels = z.object({
  channels: z.array(
    z
      .object({
        active: z.boolean().default(false),
        remote_balance: integer,
        remote_constraints: constraints,
        /** Where an older node has no constraints. */
        remote_chan_reserve_sat: integer.default(0n),
      })
      .transform(({ active, remote_balance: remoteSat, remote_constraints: is, remote_chan_reserve_sat: was }) => ({
        active,
        remoteSat,
        remoteReserveSat: is?.chan_reserve_sat ?? was,
      })),
  ),
})
export const Balance = z.object({ local_balance: z.object({ sat: integer }) })

const Payment = z.object({
  result: z.object({
    status: z.string(),
    payment_preimage: z.string(),
    fee_msat: integer,
    failure_reason: z.string(),
  }),
})

/** Codes of gRPC. */
export const code = { unknown: 2, notFound: 5, alreadyExists: 6 }

/** An error of the node; `code` is undefined where it is not the node's own, such as one of a proxy before it. */
export type LndRefusal = { status: number; code: number | undefined; message: string }

const Status = z.object({ code: z.number().int(), message: z.string() })
const Refusal = z.union([Status, z.object({ error: Status }).transform(({ error }) => error)])

/** The error of an answer; undefined for 200. */
export function readRefusal({ status, text }: NodeAnswer): LndRefusal | undefined {
  if (status === 200) return undefined
  const read = Refusal.safeParse(parseJson(text))
  if (read.success) return { status, ...read.data, message: read.data.message.slice(0, 200) }
  return { status, code: undefined, message: `HTTP ${status}` }
}

/** Cancelled, deadline, exhausted, aborted, internal, unavailable, data loss: they do not say what was done. */
const vague = new Set([1, 4, 8, 10, 13, 14, 15])

export function faultOf({ code: is, message }: LndRefusal): LightningFault {
  const isVague = is === undefined || vague.has(is)
  return new LightningFault(isVague ? 'unknown' : 'refused', `The node answered: ${message}`)
}

/** @throws LightningFault if the answer is not what LND writes. */
export function read<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))].join(', ')
  throw new LightningFault('unknown', `The answer of the node cannot be read: ${fields || 'no JSON'}.`)
}

/** How a payment stands by the last line of a stream. An answer that cannot be read leaves it unknown. */
export function outcomeOf(stream: string, paymentHash: string): PaymentOutcome {
  const parsed = Payment.safeParse(parseJson(stream.trim().split('\n').at(-1) ?? ''))
  if (!parsed.success) return { status: 'unknown', detail: 'The answer of the node ends without a result.' }
  const { status, fee_msat: feeMsat, failure_reason: reason, payment_preimage: secret } = parsed.data.result
  if (status === 'FAILED') return { status: 'failed', fault: faults[reason] ?? 'other', detail: reason }
  if (status !== 'SUCCEEDED') return { status: 'unknown', detail: 'The payment is under way.' }
  const preimage = Preimage.parse(secret)
  if (!preimage?.opens(paymentHash))
    return { status: 'unknown', detail: 'The node says paid, with a preimage that does not fit.' }
  return { status: 'succeeded', feeSat: Payable.ceilSat(feeMsat), preimage }
}

const faults: Record<string, PaymentFault> = {
  FAILURE_REASON_TIMEOUT: 'timeout',
  FAILURE_REASON_NO_ROUTE: 'no-route',
  FAILURE_REASON_INCORRECT_PAYMENT_DETAILS: 'rejected',
  FAILURE_REASON_INSUFFICIENT_BALANCE: 'no-balance',
  FAILURE_REASON_CANCELED: 'canceled',
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
