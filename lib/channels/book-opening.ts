import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'

type Row = { merchantId: string; resourceId: string; transactionId: string }

/** Books that a channel was opened on chain with this deposit. Does nothing when its outcome is booked. */
export async function bookOpened(
  tx: Tx,
  ctx: Ctx,
  { channelId, depositBase, txHash }: { channelId: string; depositBase: bigint; txHash: string },
): Promise<void> {
  const [row] = await tx.query<Row>(sql`
    UPDATE channel SET status = 'open', deposit_base = ${depositBase}, opened_at = now(), last_voucher_at = now()
    WHERE id = ${channelId} AND status = 'opening' ${returning}`)
  if (row) await recordEvent(tx, ctx, { type: 'channel.opened', channelId, ...row, data: { depositBase, txHash } })
}

/** Books that the opening transaction is proven not to have opened it. Does nothing when its outcome is booked. */
export async function bookOpeningFailed(
  tx: Tx,
  ctx: Ctx,
  { channelId, reason }: { channelId: string; reason: string },
): Promise<void> {
  const [row] = await tx.query<Row>(sql`
    UPDATE channel SET status = 'failed', error = ${reason} WHERE id = ${channelId} AND status = 'opening' ${returning}`)
  if (row) await recordEvent(tx, ctx, { type: 'channel.failed', channelId, ...row, data: { reason } })
}

/** Books that an open channel does not exist after all: a reorganisation took its opening back for good. */
export async function bookOpeningLost(tx: Tx, ctx: Ctx, channelId: string): Promise<void> {
  const reason = 'A reorganisation of the chain took its opening back, and it was not included again.'
  const [row] = await tx.query<Row>(sql`
    UPDATE channel SET status = 'failed', error = ${reason}
    WHERE id = ${channelId} AND status = 'open' AND settlement_id IS NULL ${returning}`)
  if (row) await recordEvent(tx, ctx, { type: 'channel.reorged', channelId, ...row, data: { reason } })
}

/**
 * Books that the contract does not know an open channel whose opening was taken back and is being sent again: nothing is served on it
 * until the opening is booked once more. Does nothing while a settlement of it is on its way.
 */
export async function bookOpeningUndone(tx: Tx, ctx: Ctx, channelId: string): Promise<void> {
  const reason = 'A reorganisation of the chain took its opening back. It is being sent again.'
  const [row] = await tx.query<Row>(sql`
    UPDATE channel SET status = 'opening', next_due_at = now(), tries = 0
    WHERE id = ${channelId} AND status = 'open' AND settlement_id IS NULL ${returning}`)
  if (row) await recordEvent(tx, ctx, { type: 'channel.reorged', channelId, ...row, data: { reason } })
}

const returning = sql`
  RETURNING merchant_id, resource_id, open_transaction_id AS transaction_id`
