import { z } from 'zod'
import { Chain, type BatchSettlement } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'
import type { Payment } from '@/lib/payments'
import { KindSchema } from './RemoteFacilitator'

/** The body of a facilitator's /verify and /settle, and how its answers are read. Pure. */
export type FacilitatorRequest = {
  x402Version: 2
  paymentPayload: Record<string, unknown>
  paymentRequirements: Record<string, unknown>
}

const maxTimeoutSeconds = 300

/**
 * A payment as x402 v2 sends it to a facilitator, whatever its own protocol; undefined if only this server can settle
 * it. Of the agent's credential it contains only what a facilitator needs: no quote, no URL. Under `upto` /verify gets
 * the signed amount and /settle the charged one.
 */
export function toBody(
  { instrument, network, asset, amountBase, authorizedBase, payTo, credential }: Payment.Payment,
  verb: 'verify' | 'settle',
): FacilitatorRequest | undefined {
  const token = Chain.findAsset(network, asset)
  if (instrument.kind === 'eip3009') {
    // Only this server deploys accounts.
    if (!token?.eip712 || instrument.deploy) return undefined
    const { signature, from, to, value, validAfter, validBefore, nonce } = instrument
    const amount = amountBase.toString()
    const required = {
      scheme: 'exact',
      network,
      amount,
      asset: token.address,
      payTo,
      maxTimeoutSeconds,
      extra: token.eip712,
    }
    const authorization = { from, to, value, validAfter, validBefore, nonce }
    return toV2(required, required, { signature, authorization }, {})
  }
  const echoed = Echo.safeParse(credential)
  if (instrument.kind === 'raw' || !echoed.success) return undefined
  const { accepted, payload, extensions } = echoed.data
  const { quote: _, ...extra } = accepted.extra
  const offered = { ...accepted, amount: (authorizedBase ?? amountBase).toString(), extra }
  const required = { ...offered, amount: verb === 'settle' ? amountBase.toString() : offered.amount }
  // Other facilitators may accept only one spelling of a signature.
  const signed = 'signature' in instrument ? { ...payload, signature: instrument.signature } : payload
  return toV2(offered, required, signed, extensions ? { extensions } : {})
}

const members = z.record(z.string(), z.unknown())
const Echo = z.object({
  x402Version: z.literal(2),
  accepted: members.and(z.object({ extra: members })),
  payload: members,
  extensions: members.nullish(),
})

function toV2(
  accepted: Record<string, unknown>,
  paymentRequirements: Record<string, unknown>,
  payload: Record<string, unknown>,
  more: { extensions?: Record<string, unknown> },
): FacilitatorRequest {
  return {
    x402Version: 2,
    paymentPayload: { x402Version: 2, accepted, payload, ...more },
    paymentRequirements,
  }
}

type Receiver = { network: Caip2; payee: string; asset: string }

/** Claims on channels of one payee and token with the authorizer's signature, which any party may send. */
export function toClaims(
  receiver: Receiver,
  claims: readonly BatchSettlement.VoucherClaim[],
  signature: string,
): FacilitatorRequest {
  const [first] = claims
  const { receiverAuthorizer, withdrawDelay } = first?.config ?? {}
  return toManaged(
    receiver,
    { receiverAuthorizer, withdrawDelay },
    {
      type: 'claim',
      claims: claims.map(({ config, cumulativeBase, claimedBase, signature: voucher }) => ({
        voucher: { channel: config, maxClaimableAmount: cumulativeBase.toString() },
        signature: voucher,
        totalClaimed: claimedBase.toString(),
      })),
      claimAuthorizerSignature: signature,
    },
  )
}

/** A request to pay out what was claimed for a payee. */
export function toPayout(receiver: Receiver): FacilitatorRequest {
  return toManaged(receiver, {}, { type: 'settle', receiver: receiver.payee, token: receiver.asset })
}

/**
 * A request about channels from the server itself. Source: x402
 * specs/schemes/batch-settlement/scheme_batch_settlement_evm.md
 */
function toManaged(
  { network, payee: payTo, asset }: Receiver,
  terms: Record<string, unknown>,
  payload: Record<string, unknown>,
): FacilitatorRequest {
  const extra = { ...Chain.findAsset(network, asset)?.eip712, ...terms }
  const required = { scheme: 'batch-settlement', network, amount: '0', asset, payTo, maxTimeoutSeconds, extra }
  return toV2(required, required, payload, {})
}

/** Some facilitators return whole stack traces here: they are cut, not refused. */
const text = z
  .string()
  .transform((words) => words.slice(0, 500))
  .nullish()

const VerifyAnswer = z.object({ isValid: z.boolean(), invalidReason: text, invalidMessage: text })
const SettleAnswer = z.object({
  success: z.boolean(),
  transaction: z.string().max(200).nullish(),
  network: z.string().max(64).nullish(),
  errorReason: text,
  errorMessage: text,
})
const SupportedAnswer = z.object({ kinds: z.array(KindSchema).max(500) })

/** An HTTP answer. */
export type FacilitatorAnswer = { status: number; body: unknown }

/** The verdict of a /verify; undefined if it cannot be read. */
export function readVerify({
  status,
  body,
}: FacilitatorAnswer): { isValid: true } | { isValid: false; reason: string } | undefined {
  const read = VerifyAnswer.safeParse(body)
  if (!read.success || status >= 500) return undefined
  const { isValid, invalidReason, invalidMessage } = read.data
  if (isValid) return status < 300 ? { isValid } : undefined
  return { isValid, reason: invalidReason ?? invalidMessage ?? 'no reason given' }
}

/** How a /settle answer is understood. Only the chain proves it. */
export type ReportedSettlement =
  /** The facilitator reports a settlement. */
  | { kind: 'claimed'; hash: string | null; reason: string | null }
  /** The facilitator refuses, and names no transaction. */
  | { kind: 'refused'; reason: string }
  /** It may have sent something: it says so, failed on its side, or its answer cannot be read. */
  | { kind: 'silent'; reason: string }

/** Reasons that mean "the facilitator does not know yet". */
const unsure = /pending|timeout|timed.?out|unknown|unexpected|not_confirmed|unconfirmed/i

const hashPattern = /^0x[0-9a-f]{64}$/i

/** @param expected CAIP-2 of the network that it was asked to settle on. */
export function readSettle({ status, body }: FacilitatorAnswer, expected: string): ReportedSettlement {
  const read = SettleAnswer.safeParse(body)
  if (status >= 500) return { kind: 'silent', reason: `It answered HTTP ${status}.` }
  if (!read.success) {
    // A client error without a settlement in its body: it did not start to settle.
    const reason = `It answered HTTP ${status} with nothing that x402 knows.`
    return { kind: status >= 400 && status !== 408 ? 'refused' : 'silent', reason }
  }
  const { success, transaction, network, errorReason, errorMessage } = read.data
  if (success) {
    const hash = transaction && hashPattern.test(transaction) ? transaction.toLowerCase() : (transaction ?? null)
    return {
      kind: 'claimed',
      hash: hash || null,
      reason: network && network !== expected ? `It names ${network}.` : null,
    }
  }
  const reason = errorReason ?? errorMessage ?? 'no reason given'
  return transaction || unsure.test(reason) ? { kind: 'silent', reason } : { kind: 'refused', reason }
}

/** The kinds of a /supported answer; undefined if it cannot be read. */
export function readSupported({
  status,
  body,
}: FacilitatorAnswer): z.infer<typeof SupportedAnswer>['kinds'] | undefined {
  const read = SupportedAnswer.safeParse(body)
  return read.success && status < 300 ? read.data.kinds : undefined
}
