import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { bookChannelStates } from './book-channel-states'
import { type ObservedChannel } from './ObservedChannel'

/**
 * Books that a closed channel exists again: `reorged` if a reorganisation removed its closing, `reopened` if it got a new
 * deposit. Does nothing for other channels.
 */
export async function bookReopened(
  tx: Tx,
  ctx: Ctx,
  observed: ObservedChannel,
  why: 'reorged' | 'reopened' = 'reorged',
): Promise<void> {
  const { channelId, blockNumber } = observed
  const [row] = await tx.query<{ merchantId: string }>(sql`
    UPDATE channel SET status = 'open', closed_at = NULL, refunded_base = NULL WHERE id = ${channelId} AND status = 'closed'
    RETURNING merchant_id`)
  if (!row) return
  await recordEvent(tx, ctx, {
    type: `channel.${why}`,
    channelId,
    ...row,
    data: { ...(why === 'reorged' && { reason: 'Its closing was taken back.' }), blockNumber },
  })
  await bookChannelStates(tx, ctx, [observed])
}
