import type { Ctx } from '../ctx'
import { recordEvents, type AuditEvent } from '@/lib/audit'
import { db, sql, type Sql, type Tx } from '@/lib/db'
import { postTransfers } from '@/lib/ledger'
import type { ChannelShare } from './begin-settling'
import { settledEntry } from './book-states'

/** A settlement whose outcome is not booked. */
export type PendingSettlement = Omit<ChannelShare, 'trigger'> & {
  trigger: string
  escrow: `0x${string}`
  transactionId: string
}

/** What a settlement did on chain. Base units. */
export type SettlementResult = {
  settlementId: string
  txHash: string
  /** What the payee got in all since the channel was opened. */
  settledBase: bigint
  /** What it got by this, where an event says it; else what the channel's payout grew by. */
  paidBase?: bigint | undefined
  /** Close only: what the payer got back. */
  refundedBase?: bigint | undefined
  /** Close only: a part went back, and the row's deposit says so already. */
  staysOpen?: boolean | undefined
}

type Row = {
  id: string
  merchantId: string
  payee: string
  network: string
  asset: string
  settledBase: bigint
}

/** Settlements of a batch that are not booked, without a lock: to look at the chain first. */
export function findPending(batchId: string): Promise<PendingSettlement[]> {
  return db.query<PendingSettlement>(pending(batchId))
}

/** The same, locked. A second caller waits, then finds none. */
export function lockPending(tx: Tx, batchId: string): Promise<PendingSettlement[]> {
  return tx.query<PendingSettlement>(sql`${pending(batchId)} FOR UPDATE OF s`)
}

function pending(batchId: string): Sql {
  return sql`
    SELECT s.id, s.channel_id, s.kind, s.trigger, s.cumulative_base,
      s.capture_base, s.refund_base, c.escrow, b.transaction_id
    FROM channel_settlement s JOIN channel c ON c.id = s.channel_id JOIN settlement_batch b ON b.id = s.batch_id
    WHERE s.batch_id = ${batchId}::uuid AND s.status = 'pending' ORDER BY s.channel_id`
}

/**
 * Books settlements that were found on chain: the channel is free again, or closed; cash against receivable for what the
 * channel's payout grew by. What the chain's state told already is not booked twice. Only rows from `lockPending`.
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
    // A state of a later block may already have told more.
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
    told AS (
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

/**
 * Books that settlements are proven not to have happened: their channels are free for another one. With `parkMs` (a channel's
 * own trouble) it is left alone for that long, doubled with each failure since the last success, at most an hour; while its
 * payer waits to withdraw, never longer than at first.
 */
export async function failSettlements(
  tx: Tx,
  ctx: Ctx,
  items: readonly { pending: PendingSettlement; reason: string; parkMs?: number | undefined }[],
): Promise<void> {
  if (items.length === 0) return
  const rows = await lockChannels(
    tx,
    items.map(({ pending: { channelId } }) => channelId),
  )
  await tx.execute(sql`
    WITH failure AS (
      SELECT * FROM unnest(
        ${items.map(({ pending: { id } }) => id)}::uuid[], ${items.map(({ pending: { channelId } }) => channelId)}::text[],
        ${items.map(({ reason }) => reason)}::text[], ${items.map(({ parkMs }) => parkMs ?? null)}::float8[]
      ) AS f(id, channel_id, reason, park_ms)),
    told AS (
      UPDATE channel_settlement s SET status = 'failed', applied_at = now(), error = f.reason FROM failure f WHERE s.id = f.id)
    UPDATE channel c SET settlement_id = NULL, status = CASE WHEN c.status = 'closing' THEN 'open' ELSE c.status END,
      tries = CASE WHEN f.park_ms IS NULL THEN 0 ELSE least(c.tries + 1, 30) END,
      parked_reason = CASE WHEN f.park_ms IS NULL THEN NULL ELSE f.reason END,
      parked_until = now() + make_interval(secs => f.park_ms / 1000 * CASE WHEN c.close_requested_at IS NOT NULL THEN 1 ELSE
        least(power(2, (
          SELECT count(*) FROM channel_settlement s WHERE s.channel_id = c.id AND s.status = 'failed'
            AND s.created_at > coalesce(c.last_settled_at, c.created_at))), 3600000 / f.park_ms) END)
    FROM failure f WHERE c.id = f.channel_id AND c.settlement_id = f.id`)
  await recordEvents(
    tx,
    ctx,
    items.flatMap(({ pending: of, reason, parkMs }) => {
      const about = { merchantId: rows.get(of.channelId)?.merchantId, channelId: of.channelId }
      const failed = {
        ...about,
        type: 'channel.settlement_failed',
        transactionId: of.transactionId,
        data: { reason },
      } as const
      const events: AuditEvent.AuditEvent[] = [failed]
      if (parkMs !== undefined) events.push({ ...about, type: 'channel.parked', data: { reason } })
      return events
    }),
  )
}

/** Rows that still hold or held these settlements, by channel. */
async function lockChannels(tx: Tx, ids: readonly string[]): Promise<Map<string, Row>> {
  const rows = await tx.query<Row>(sql`
    SELECT c.id, c.merchant_id, c.payee, c.network, c.asset, c.settled_base
    FROM channel c WHERE c.id = ANY(${ids}::text[]) ORDER BY c.id FOR NO KEY UPDATE`)
  return new Map(rows.map((row) => [row.id, row]))
}
