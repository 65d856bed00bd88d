import { createCtx } from '../../ctx'
import { Bolt11, configuredNode, type PaymentOutcome } from '@/lib/lightning'
import type { ExternalAttempt } from '@/lib/rails'
import type { RefundedCharge, StripeOutcome } from '@/lib/stripe'

const timeoutMs = 30_000
/** A hundredth, at least five satoshis: what the way there may cost. */
const feePart = 100n
const feeLeastSat = 5n

/** Pays a refund to an invoice, or finds out how an earlier try ended. The node pays one payment hash once. */
export async function payInvoice(
  { amountBase, looks }: Pick<ExternalAttempt.ExternalAttempt, 'amountBase' | 'looks'>,
  bolt11: string,
): Promise<StripeOutcome<RefundedCharge.RefundedCharge>> {
  const node = configuredNode()
  if (!node) return { kind: 'unknown', reason: 'LIGHTNING_NODE is not set.' }
  const ctx = createCtx({ kind: 'system', id: 'settlement' })
  const { paymentHash } = Bolt11.decode(bolt11)
  const known = looks > 0 ? await node.findPayment({ now: ctx.now }, paymentHash) : { status: 'missing' as const }
  const part = amountBase / feePart
  const maxFeeSat = part > feeLeastSat ? part : feeLeastSat
  const outcome =
    known.status === 'missing'
      ? await node.pay({ now: ctx.now }, { bolt11, amountSat: amountBase, maxFeeSat, timeoutMs })
      : known
  return toOutcome(outcome, paymentHash, amountBase)
}

function toOutcome(
  outcome: PaymentOutcome,
  id: string,
  amountBase: bigint,
): StripeOutcome<RefundedCharge.RefundedCharge> {
  if (outcome.status === 'unknown') return { kind: 'unknown', reason: outcome.detail }
  if (outcome.status === 'failed') return { kind: 'refused', code: outcome.fault, reason: outcome.detail }
  return {
    kind: 'done',
    replayed: false,
    value: { id, status: 'succeeded', amountBase, failure: null, reason: null, intentId: null, metadata: {} },
  }
}
