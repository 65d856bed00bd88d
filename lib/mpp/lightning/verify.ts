import { PaymentRequest } from 'mppx'
import { z } from 'zod'
import { AppError } from '@/lib/errors'
import { Bolt11, Preimage } from '@/lib/lightning'
import * as Slots from '../Slots'
import * as Charge from './Charge'

/** The members that clients of the draft echo. `request` is still encoded, as the id binds it. */
const Echo = z.object({
  id: z.string().max(200),
  realm: z.string().max(300),
  method: z.literal(Charge.method),
  intent: z.literal(Charge.intent),
  request: z.string().max(8_192),
  expires: z.string().max(40).optional(),
})

const Decoded = z.object({
  challenge: Echo,
  payload: z.object({ preimage: z.string().max(200) }),
  source: z.string().optional(),
})

/** A credential that is well formed. Its challenge is an unverified echo, its preimage never prints. */
export type LightningCredential = {
  challenge: z.infer<typeof Echo>
  preimage: Preimage
  /** DID of the payer, as the client claims it. */
  source: string | undefined
}

/** What a verified credential has proved: that this invoice was paid. It is not consumed yet. */
export type LightningProof = {
  challengeId: string
  paymentHash: string
  amountSat: bigint
  bolt11: string
  externalId: string | undefined
}

/**
 * A credential of the method `lightning`, from the JSON of its header. Names no value in its errors: a wrong preimage may be right
 * for another invoice.
 * @throws AppError lightning-malformed-credential
 */
export function parseLightning(decoded: unknown): LightningCredential {
  const parsed = Decoded.safeParse(decoded)
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path }) => path.join('.')).join(', ')
    throw malformed(`lacks or misspells ${fields || 'its members'}`)
  }
  const { challenge, payload, source } = parsed.data
  const preimage = Preimage.parse(payload.preimage)
  if (!preimage) throw malformed('has no preimage of 64 lower-case hex digits')
  return { challenge, preimage, source: source?.slice(0, 200) }
}

export type LightningCheck = {
  secrets: readonly string[]
  realm: string
  /** Of the body of the request that carries the credential. */
  digest?: string
  /** Absent: a proof is good after the challenge has expired too, because its money has moved. */
  nowMs?: number
}

/**
 * Checks a credential in the draft's order: the challenge is ours and echoed exactly, it has not expired, the preimage opens its
 * invoice, and amount and hash agree with it. No node is asked. The caller compares the amount with its quote, and then consumes the
 * payment hash, once.
 * @throws AppError lightning-unknown-challenge | lightning-expired-invoice | lightning-invalid-preimage
 */
export function verifyLightning({ challenge, preimage }: LightningCredential, check: LightningCheck): LightningProof {
  const { id, realm, method, intent, request: encoded, expires = '' } = challenge
  const slots = { realm, method, intent, request: encoded, expires, digest: check.digest ?? '', opaque: '' }
  const isOurs = realm === check.realm && check.secrets.some((secret) => Slots.isBound(id, slots, secret))
  if (!isOurs) throw unknown('This server did not make the challenge for this request.')
  const { request, invoice } = readRequest(encoded)
  if (check.nowMs !== undefined && check.nowMs >= Math.min(Date.parse(expires), invoice.expiresAtMs))
    throw new AppError('lightning-expired-invoice', 'The challenge or its invoice has expired.')
  if (!preimage.opens(invoice.paymentHash))
    throw new AppError('lightning-invalid-preimage', 'The preimage does not open the invoice of the challenge.')
  const { amount, methodDetails } = request
  const isSame =
    invoice.amountSat === BigInt(amount) && (methodDetails.paymentHash ?? invoice.paymentHash) === invoice.paymentHash
  if (!isSame || invoice.amountSat === null) throw unknown('The challenge does not agree with its invoice.')
  return {
    challengeId: id,
    paymentHash: invoice.paymentHash,
    amountSat: invoice.amountSat,
    bolt11: invoice.bolt11,
    externalId: request.externalId,
  }
}

/** What an unverified credential claims: the request of its challenge. @throws AppError lightning-unknown-challenge */
export function claimOf({ challenge }: LightningCredential): Charge.LightningRequest & { paymentHash: string } {
  const { request, invoice } = readRequest(challenge.request)
  return { ...request, paymentHash: invoice.paymentHash }
}

/** The request is ours, so what cannot be read was made by a version that is no longer valid. */
function readRequest(encoded: string): { request: Charge.LightningRequest; invoice: Bolt11.Bolt11 } {
  try {
    const request = Charge.Request.parse(PaymentRequest.deserialize(encoded))
    return { request, invoice: Bolt11.decode(request.methodDetails.invoice) }
  } catch (error) {
    throw unknown('The challenge cannot be read.', error)
  }
}

function unknown(message: string, cause?: unknown): AppError {
  return new AppError('lightning-unknown-challenge', message, { cause })
}

function malformed(reason: string): AppError {
  return new AppError('lightning-malformed-credential', `The Payment credential ${reason}.`)
}
