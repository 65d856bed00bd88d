import type { Ctx } from '../../ctx'
import { recordEvent } from '@/lib/audit'
import { giveBackCharge } from '@/lib/channels'
import { sql, withTransaction, type Tx } from '@/lib/db'
import { Transaction } from '@/lib/execution'
import { recordRefundDecision } from '@/lib/intents'
import { refundDelivered } from '@/lib/payments'

/** The action's purchase, by a payment or a channel. Amounts in base units. */
type Bought = {
  id: string
  merchantId: string
  resourceId: string | null
  paymentId: string | null
  channelId: string | null
  chargedBase: bigint | null
  voucherBase: bigint | null
  /** The policy's refund rule; null without a policy. */
  refund: string | null
  /** The earlier decision about its price; null if there is none. */
  squared: Exclude<ExecutionRefundState, 'open'> | null
}

type Part = { id: string; status: Transaction.TransactionStatus; error: string | null }

/** Decides the refund of one action now, so that its agent does not wait for the next run. Idempotent. */
export async function refundExecution(ctx: Ctx, intentId: string): Promise<ExecutionRefundState> {
  return withTransaction(async (tx) => {
    const bought = await lock(tx, intentId)
    if (bought?.squared) return bought.squared
    const parts = await tx.query<Part>(
      sql`SELECT id, status, error FROM transaction WHERE intent_id = ${intentId}::uuid ORDER BY position`,
    )
    const [first] = parts
    if (!bought || !first || !parts.every(({ status }) => Transaction.isFinal(status))) return 'open'
    const squared = await trueUp(tx, ctx, bought, parts)
    await recordRefundDecision(tx, intentId, squared)
    return squared
  })
}

async function trueUp(
  tx: Tx,
  ctx: Ctx,
  bought: Bought,
  parts: readonly Part[],
): Promise<Exclude<ExecutionRefundState, 'open'>> {
  const failed = parts.find(({ status }) => status !== 'final')
  if (!failed) return 'earned'
  const why = `It did not happen: ${sentenceOf(failed)}`
  if (parts.some(({ status }) => status === 'final'))
    return keep(tx, ctx, bought, failed, `${why} What came before it did.`)
  if (bought.refund === 'never') return keep(tx, ctx, bought, failed, `${why} Its policy refunds nothing.`)
  return refund(tx, ctx, bought, failed, why)
}

async function lock(tx: Tx, intentId: string): Promise<Bought | undefined> {
  const [bought] = await tx.query<Bought>(sql`
    SELECT i.id, i.merchant_id, i.resource_id, i.payment_id,
      i.channel_id, i.charged_base, i.voucher_base,
      (SELECT p.rules ->> 'refund' FROM execution_policy p WHERE p.id = i.policy_id) AS refund,
      i.squared
    FROM intent i
    WHERE i.id = ${intentId}::uuid AND (i.payment_id IS NOT NULL OR i.channel_id IS NOT NULL)
    FOR UPDATE OF i`)
  return bought
}

async function refund(tx: Tx, ctx: Ctx, bought: Bought, failed: Part, reason: string): Promise<'refunded' | 'kept'> {
  const { paymentId, channelId, chargedBase, voucherBase, resourceId } = bought
  const transactionId = failed.id
  if (paymentId !== null) {
    const isDue = await refundDelivered(tx, ctx, { paymentId, transactionId, reason })
    return isDue ? 'refunded' : 'kept'
  }
  if (channelId === null || chargedBase === null || voucherBase === null) return 'kept'
  const undone = { channelId, voucherBase, chargedBase, resourceId, transactionId, reason }
  if (await giveBackCharge(tx, ctx, undone)) return 'refunded'
  return keep(tx, ctx, bought, failed, `${reason} Its channel is closed, and what it was charged is paid out.`)
}

/** Records in the audit log why nothing is refunded. */
async function keep(tx: Tx, ctx: Ctx, bought: Bought, failed: Part, reason: string): Promise<'kept'> {
  const { merchantId, resourceId, paymentId, channelId } = bought
  await recordEvent(tx, ctx, {
    type: 'payment.kept',
    merchantId,
    resourceId: resourceId ?? undefined,
    paymentId: paymentId ?? undefined,
    channelId: channelId ?? undefined,
    transactionId: failed.id,
    data: { reason },
  })
  return 'kept'
}

function sentenceOf({ error, status }: Part): string {
  const words = error ?? status
  return /[.!?]$/.test(words) ? words : `${words}.`
}

/** What happened to the price. `open`: the outcome is not known yet, or the action was not paid for. */
export type ExecutionRefundState = 'open' | 'earned' | 'refunded' | 'kept'
