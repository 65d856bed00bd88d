import type { Ctx } from '../ctx'
import { recordEvents } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { type ChannelShare } from './ChannelShare'
import { shareRows } from './share-rows'

/** Inserts the settlements of channels that `takeChannels` took, with the batch that carries them. */
export async function insertSettlements(
  tx: Tx,
  ctx: Ctx,
  batch: { batchId: string; transactionId: string },
  intents: readonly ChannelShare[],
): Promise<void> {
  const rows = await tx.query<{ channelId: string; merchantId: string; spentBase: bigint }>(sql`
    WITH stored AS (
      INSERT INTO channel_settlement (id, batch_id, channel_id, kind, trigger, cumulative_base, capture_base, refund_base,
        spent_base, units, vouchers)
      SELECT i.id, ${batch.batchId}::uuid, c.id, i.kind, i.trigger, i.cumulative, i.capture, i.refund, c.spent_base, c.units, c.vouchers
      FROM ${shareRows(intents)} JOIN channel c ON c.id = i.channel_id
      RETURNING channel_id, spent_base)
    SELECT s.channel_id, c.merchant_id, s.spent_base
    FROM stored s JOIN channel c ON c.id = s.channel_id`)
  const byChannel = new Map(rows.map((row) => [row.channelId, row]))
  await recordEvents(
    tx,
    ctx,
    intents.map(({ channelId, kind, trigger, cumulativeBase, captureBase, refundBase }) => ({
      type: kind === 'close' ? 'channel.closing' : 'channel.settling',
      merchantId: byChannel.get(channelId)?.merchantId,
      channelId,
      ...batch,
      data: {
        trigger,
        cumulativeBase,
        ...(captureBase !== null && { captureBase }),
        ...(refundBase !== null && { refundBase }),
        spentBase: byChannel.get(channelId)?.spentBase,
      },
    })),
  )
}
