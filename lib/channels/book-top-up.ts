import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'

export type TopUp = {
  transactionId: string
  channelId: string
  /** Of the payer's transaction. */
  hash: string
  amountBase: bigint
}

/**
 * Books the outcome of a top-up: failed with a `reason`, or found on chain if undefined. The deposit comes from
 * `bookChannelStates`, not from here. Does nothing the second time.
 * @returns whether this call wrote it.
 */
export async function bookTopUp(
  tx: Tx,
  ctx: Ctx,
  { transactionId, channelId, hash, amountBase }: TopUp,
  reason?: string,
): Promise<boolean> {
  const written = await tx.execute(sql`
    UPDATE channel_top_up SET applied_at = CASE WHEN ${reason === undefined} THEN now() END, error = ${reason ?? null}
    WHERE transaction_id = ${transactionId}::uuid AND applied_at IS NULL AND error IS NULL`)
  if (written === 1 && reason === undefined)
    await recordEvent(tx, ctx, {
      type: 'channel.topped_up',
      merchantId: await merchantOf(tx, channelId),
      channelId,
      transactionId,
      data: { addedBase: amountBase, txHash: hash },
    })
  return written === 1
}

async function merchantOf(tx: Tx, channelId: string): Promise<string | undefined> {
  const [row] = await tx.query<{ id: string }>(sql`SELECT merchant_id AS id FROM channel WHERE id = ${channelId}`)
  return row?.id
}
