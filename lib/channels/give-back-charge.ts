import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { Account, postTransfers } from '@/lib/ledger'
import type { Caip2 } from '@/lib/money'

/** A charge whose delivery turned out to be worth nothing. */
export type ReturnedCharge = {
  channelId: string
  /** The voucher that it came with, base units from the channel's beginning. */
  voucherBase: bigint
  /** Base units. */
  chargedBase: bigint
  resourceId: string | null
  /** What is proven not to have happened. */
  transactionId: string
  reason: string
}

type Row = { merchantId: string; network: Caip2; asset: string }

/**
 * Gives one unit of a channel back, in the caller's transaction: it counts as a delivery that failed, and its price is the
 * agent's credit again, whether it was settled on chain meanwhile or not. Two calls give back twice.
 * @returns false when the channel is closed, or is being closed: then its money is out, and nothing was changed.
 */
export async function giveBackCharge(tx: Tx, ctx: Ctx, undone: ReturnedCharge): Promise<boolean> {
  const { channelId, voucherBase, chargedBase, resourceId, transactionId, reason } = undone
  // The counters of a channel only grow, but for those who say this.
  await tx.query(sql`SELECT set_config('sluice.giving_back', 'on', true)`)
  const [channel] = await tx.query<Row>(sql`
    UPDATE channel SET spent_base = spent_base - ${chargedBase}::numeric, units = units - 1
    WHERE id = ${channelId} AND status = 'open' AND spent_base >= ${chargedBase}::numeric
    RETURNING merchant_id, network, asset`)
  await tx.query(sql`SELECT set_config('sluice.giving_back', '', true)`)
  if (!channel) return false
  const { merchantId, network, asset } = channel
  await tx.execute(sql`
    UPDATE voucher SET charged_base = charged_base - ${chargedBase}::numeric, units = units - 1, failures = failures + 1
    WHERE channel_id = ${channelId} AND cumulative_base = ${voucherBase}::numeric`)
  await postTransfers(tx, [
    {
      kind: 'direct',
      reason: 'given_back',
      debit: Account.revenue(merchantId),
      credit: Account.receivable(merchantId),
      network,
      asset,
      amountBase: chargedBase,
      channelId,
    },
  ])
  await recordEvent(tx, ctx, {
    type: 'channel.given_back',
    merchantId,
    resourceId: resourceId ?? undefined,
    channelId,
    transactionId,
    data: { reason, chargedBase, voucherBase },
  })
  return true
}
