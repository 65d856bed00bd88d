import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { Account, postTransfers } from '@/lib/ledger'
import type { Caip2 } from '@/lib/money'

/** A charge whose delivery turned out to be worthless. */
export type ReturnedCharge = {
  channelId: string
  /** The voucher of the delivery, base units since the channel was opened. */
  voucherBase: bigint
  /** Base units. */
  chargedBase: bigint
  resourceId: string | null
  /** The transaction that provably did not happen. */
  transactionId: string
  reason: string
}

type Row = { merchantId: string; network: Caip2; asset: string }

/**
 * Returns the price of one unit to a channel's credit, in the caller's transaction, whether it was settled on chain or not. The
 * unit counts as a failed delivery. Two calls return it twice.
 * @returns false if the channel is closed or closing: its money is out, and nothing was changed.
 */
export async function giveBackCharge(tx: Tx, ctx: Ctx, undone: ReturnedCharge): Promise<boolean> {
  const { channelId, voucherBase, chargedBase, resourceId, transactionId, reason } = undone
  // A trigger lets a channel's counters shrink only with this setting.
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
