import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { postTransfers } from '@/lib/ledger'
import { settledEntry } from './settled-entry'

/** What the contract reported when a channel was closed, by any party. Base units. */
export type ClosingResult = {
  channelId: string
  /** Everything that the payee got since the channel was opened. */
  settledBase: bigint
  /** Undefined if the event does not say: everything that was left. */
  refundedBase: bigint | undefined
  txHash: string
}

type Row = {
  id: string
  merchantId: string
  payee: string
  network: string
  asset: string
  depositBase: bigint
  settledBase: bigint
}

/**
 * Books that a channel was closed on chain without a settlement of this server: the payer withdrew, or the payee closed it.
 * Does nothing if the channel is closed already, or while a settlement of it runs, which is booked first.
 */
export async function bookClosed(
  tx: Tx,
  ctx: Ctx,
  { channelId, settledBase, refundedBase: reportedBase, txHash }: ClosingResult,
): Promise<void> {
  const [row] = await tx.query<Row>(sql`
    SELECT id, merchant_id, payee, network, asset, deposit_base,
      settled_base FROM channel
    WHERE id = ${channelId} AND status = 'open' AND settlement_id IS NULL FOR NO KEY UPDATE`)
  if (!row) return
  const refundedBase = reportedBase ?? row.depositBase - settledBase
  await tx.execute(sql`
    UPDATE channel SET status = 'closed', closed_at = now(), settled_base = ${settledBase}, refunded_base = ${refundedBase},
      parked_reason = NULL, parked_until = NULL
    WHERE id = ${channelId}`)
  await postTransfers(tx, settledEntry(row, settledBase))
  await recordEvent(tx, ctx, {
    type: 'channel.closed',
    merchantId: row.merchantId,
    channelId,
    data: { txHash, settledBase, paidBase: settledBase - row.settledBase, refundedBase },
  })
}
