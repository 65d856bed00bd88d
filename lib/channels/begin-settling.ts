import type { Ctx } from '../ctx'
import { recordEvents } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import type { SettlementTrigger } from './Schedule'

/** A channel's part of a settlement: what the contract is shown, and what is taken of it. Base units. */
export type ChannelShare = {
  /** Of the settlement's row. */
  id: string
  channelId: string
  kind: 'settle' | 'close'
  trigger: SettlementTrigger
  cumulativeBase: bigint
  /** Null where the contract takes all. */
  captureBase: bigint | null
  /** Close only: what goes back to the payer at most, after which the channel goes on; null: everything. */
  refundBase: bigint | null
}

/**
 * Takes channels for a settlement, so that nobody else starts one until its outcome is booked. A channel that is taken, not
 * open, or no longer as it was when the intent was made is left out; a close wants that nothing is held.
 * @returns the ids of the channels that were taken.
 */
export async function takeChannels(tx: Tx, intents: readonly ChannelShare[]): Promise<Set<string>> {
  const taken = await tx.query<{ id: string }>(sql`
    WITH intent AS (SELECT * FROM ${unnested(intents)}),
      locked AS (
        SELECT c.id FROM channel c WHERE c.id IN (SELECT channel_id FROM intent) ORDER BY c.id FOR NO KEY UPDATE)
    UPDATE channel c SET settlement_id = i.id, parked_reason = NULL, parked_until = NULL, apart_until = NULL, tries = 0,
      status = CASE WHEN i.kind = 'close' THEN 'closing' ELSE c.status END
    FROM intent i JOIN locked l ON l.id = i.channel_id
    WHERE c.id = l.id AND c.status = 'open' AND c.settlement_id IS NULL
      AND CASE WHEN i.kind = 'settle' THEN coalesce(i.capture, i.cumulative) > c.settled_base AND i.cumulative <= c.accepted_base
        ELSE c.reserved_base = 0 AND i.capture = greatest(least(c.spent_base, c.deposit_base), c.settled_base)
          AND i.cumulative >= c.accepted_base END
    RETURNING c.id`)
  return new Set(taken.map(({ id }) => id))
}

/** Writes the settlements of channels that were just taken, in the batch that carries them. */
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
      FROM ${unnested(intents)} JOIN channel c ON c.id = i.channel_id
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

function unnested(intents: readonly ChannelShare[]) {
  return sql`unnest(
    ${intents.map(({ id }) => id)}::uuid[], ${intents.map(({ channelId }) => channelId)}::text[],
    ${intents.map(({ kind }) => kind)}::text[], ${intents.map(({ trigger }) => trigger)}::text[],
    ${intents.map(({ cumulativeBase }) => cumulativeBase)}::numeric[],
    ${intents.map(({ captureBase }) => captureBase)}::numeric[], ${intents.map(({ refundBase }) => refundBase)}::numeric[]
  ) AS i(id, channel_id, kind, trigger, cumulative, capture, refund)`
}
