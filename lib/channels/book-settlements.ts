import type { Ctx } from '../ctx'
import { recordEvents } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { postTransfers } from '@/lib/ledger'
import { settledEntry } from './settled-entry'
import { type PendingSettlement } from './PendingSettlement'
import { lockChannels } from './lock-channels'

/** The effect of a settlement on chain. Base units. */
export type SettlementResult = {
  settlementId: string
  txHash: string
  /** Everything that the payee got since the channel was opened. */
  settledBase: bigint
  /** What the payee got by this settlement, if an event says it; else the growth of the channel's payout is used. */
  paidBase?: bigint | undefined
  /** Close only: what the payer got back. */
  refundedBase?: bigint | undefined
  /** Close only: a part of the deposit went back, and the row's deposit already shows it. */
  staysOpen?: boolean | undefined
}

/**
 * Books settlements that were found on chain: their channels are free again, or closed, and the ledger moves the growth of each
 * payout from receivable to cash. An amount that `bookChannelStates` booked before is not booked twice. Takes only rows of
 * `lockPendingSettlements`.
 */
export async function bookSettlements(
  tx: Tx,
  ctx: Ctx,
  items: readonly (readonly [PendingSettlement, SettlementResult])[],
): Promise<void> {
  if (items.length === 0) return
  const rows = await lockChannels(
    tx,
    items.map(([{ channelId }]) => channelId),
  )
  const found = items.flatMap(([of, done]) => {
    const row = rows.get(of.channelId)
    // A later block's state may already have booked more.
    const settledBase = row && done.settledBase < row.settledBase ? row.settledBase : done.settledBase
    return row ? [{ of, done, row, settledBase, paidBase: done.paidBase ?? settledBase - row.settledBase }] : []
  })
  await tx.execute(sql`
    WITH done AS (
      SELECT * FROM unnest(
        ${found.map(({ of }) => of.id)}::uuid[], ${found.map(({ of }) => of.channelId)}::text[],
        ${found.map(({ settledBase }) => settledBase)}::numeric[], ${found.map(({ paidBase }) => paidBase)}::numeric[],
        ${found.map(({ done }) => (done.staysOpen ? null : (done.refundedBase ?? null)))}::numeric[]
      ) AS d(id, channel_id, settled, paid, refunded)),
    audited AS (
      UPDATE channel_settlement s SET status = 'settled', applied_at = now(), paid_base = d.paid
      FROM done d WHERE s.id = d.id)
    UPDATE channel c SET settlement_id = NULL, settled_base = d.settled, settled_units = s.units, settled_spent_base = s.spent_base,
      last_settled_at = now(), parked_reason = NULL, parked_until = NULL, tries = 0, refunded_base = d.refunded,
      status = CASE WHEN d.refunded IS NOT NULL THEN 'closed' WHEN s.kind = 'close' THEN 'open' ELSE c.status END::channel_status,
      closed_at = CASE WHEN d.refunded IS NULL THEN c.closed_at ELSE now() END
    FROM done d JOIN channel_settlement s ON s.id = d.id WHERE c.id = d.channel_id`)
  await postTransfers(
    tx,
    found.flatMap(({ row, settledBase }) => settledEntry(row, settledBase)),
  )
  await recordEvents(
    tx,
    ctx,
    found.map(({ of, done, row, settledBase, paidBase }) => ({
      type: of.kind === 'settle' ? 'channel.settled' : done.staysOpen ? 'channel.refunded' : 'channel.closed',
      merchantId: row.merchantId,
      channelId: row.id,
      transactionId: of.transactionId,
      data: {
        txHash: done.txHash,
        settledBase,
        paidBase,
        ...(done.refundedBase !== undefined && { refundedBase: done.refundedBase }),
      },
    })),
  )
}
