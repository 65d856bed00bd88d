import type { Ctx } from '../ctx'
import { recordEvents, type AuditEvent } from '@/lib/audit'
import { Escrow } from '@/lib/chains'
import { db, sql, type Sql, type Tx } from '@/lib/db'
import { Account, postTransfers, type LedgerEntry } from '@/lib/ledger'

/** What the chain says of a channel that exists there, at one block. */
export type ObservedChannel = Escrow.EscrowState & { channelId: string; blockNumber: bigint }

/** How many of a channel's settlements are looked at for its newest block: batches that fail are halved, each time anew. */
const newestSettlements = 10

type Row = {
  id: string
  merchantId: string
  payee: string
  network: string
  asset: string
  escrow: string
  graceSeconds: number
  status: 'open' | 'closing'
  settlementId: string | null
  depositBase: bigint
  settledBase: bigint
  closeRequestedAt: Date | null
  /** Newest block that one of its transactions was seen in. */
  touchedBlock: bigint
  /** Block of the newest state that was written: a node that is behind it knows less. */
  stateBlock: bigint
}

/** Those of these states that their rows do not say; without a lock, because mostly it is none. To be booked by `bookStates`. */
export async function findDifferent(observed: readonly ObservedChannel[]): Promise<ObservedChannel[]> {
  const rows = await db.query<{ id: string }>(sql`
    SELECT c.id FROM ${unnested(observed)} JOIN channel c ON c.id = s.id
    WHERE c.status IN ('open', 'closing') AND s.block >= c.state_block
      AND (c.deposit_base, c.settled_base, c.close_requested_at) IS DISTINCT FROM (s.deposit, s.settled, s.requested_at)`)
  const ids = new Set(rows.map(({ id }) => id))
  return observed.filter(({ channelId }) => ids.has(channelId))
}

/**
 * Makes rows say what the chain says: deposit, what was paid out, whether the payer asked to close; with the ledger's
 * entries for the difference. Because it writes a state and no step, it may be called any number of times, in any order,
 * and after a reorganisation; a state that is older than what a row already knows is left alone.
 * @returns the channels that changed.
 */
export async function bookStates(tx: Tx, ctx: Ctx, observed: readonly ObservedChannel[]): Promise<string[]> {
  const rows = await lock(
    tx,
    observed.map(({ channelId }) => channelId),
  )
  const byId = new Map(observed.map((one) => [one.channelId, one]))
  const changes = rows.flatMap((row) => {
    const state = byId.get(row.id)
    if (!state || state.blockNumber < row.touchedBlock || state.blockNumber < row.stateBlock || isSame(row, state))
      return []
    return [{ row, state, isEmpty: wasEmptied(row, state) }]
  })
  if (changes.length === 0) return []
  const emptied = changes.flatMap(({ row, isEmpty }) => (isEmpty ? [row.id] : []))
  await tx.execute(sql`
    UPDATE channel c SET deposit_base = s.deposit, settled_base = s.settled,
      settled_units = CASE WHEN s.settled > c.settled_base THEN c.units ELSE c.settled_units END,
      settled_spent_base = CASE WHEN s.settled > c.settled_base THEN c.spent_base ELSE c.settled_spent_base END,
      last_settled_at = CASE WHEN s.settled > c.settled_base THEN now() ELSE c.last_settled_at END,
      close_requested_at = s.requested_at, close_deadline_at = s.requested_at + make_interval(secs => c.grace_seconds),
      parked_reason = NULL, parked_until = NULL, apart_until = NULL, tries = 0, state_block = s.block,
      status = CASE WHEN s.id = ANY(${emptied}::text[]) THEN 'closed' ELSE c.status END,
      closed_at = CASE WHEN s.id = ANY(${emptied}::text[]) THEN now() ELSE c.closed_at END,
      refunded_base = CASE WHEN s.id = ANY(${emptied}::text[]) THEN c.deposit_base - s.deposit ELSE c.refunded_base END
    FROM ${unnested(changes.map(({ state }) => state))} WHERE c.id = s.id`)
  await postTransfers(
    tx,
    changes.flatMap(({ row, state }) => settledEntry(row, state.settledBase)),
  )
  await recordEvents(
    tx,
    ctx,
    changes.flatMap(({ row, state, isEmpty }) => toEvents(row, state, isEmpty)),
  )
  return changes.map(({ row }) => row.id)
}

type Paid = Pick<Row, 'id' | 'merchantId' | 'payee' | 'network' | 'asset' | 'settledBase'>

/** The ledger's entry for a channel's payout that grew, or shrank because its block is gone, to `settledBase`. */
export function settledEntry(row: Paid, settledBase: bigint): LedgerEntry[] {
  const paidBase = settledBase - row.settledBase
  if (paidBase === 0n) return []
  const { id: channelId, network, asset } = row
  const [cash, receivable] = [Account.cash(row.payee), Account.receivable(row.merchantId)]
  const about = { kind: 'direct' as const, network, asset, channelId }
  return paidBase > 0n
    ? [{ ...about, reason: 'settle', debit: cash, credit: receivable, amountBase: paidBase }]
    : [{ ...about, reason: 'reorged', debit: receivable, credit: cash, amountBase: -paidBase }]
}

function unnested(observed: readonly ObservedChannel[]): Sql {
  return sql`unnest(
    ${observed.map(({ channelId }) => channelId)}::text[], ${observed.map(({ depositBase }) => depositBase)}::numeric[],
    ${observed.map(({ settledBase }) => settledBase)}::numeric[],
    ${observed.map(({ closeRequestedAtMs }) => toDate(closeRequestedAtMs))}::timestamptz[],
    ${observed.map(({ blockNumber }) => blockNumber)}::bigint[]
  ) AS s(id, deposit, settled, requested_at, block)`
}

async function lock(tx: Tx, ids: readonly string[]): Promise<Row[]> {
  // A transaction that a reorganisation took back has no block; then what it did is not known to the row any more. One settlement is
  // on its way at a time, so the newest ones have the newest blocks. A set that is joined by its ids: an OR reads every transaction.
  return tx.query<Row>(sql`
    SELECT c.id, c.merchant_id, c.payee, c.network, c.asset, c.escrow, c.grace_seconds,
      c.settlement_id, c.status, c.deposit_base,
      c.settled_base, c.close_requested_at, c.state_block, (
        SELECT coalesce(max(t.block_number), 0) FROM (
          SELECT c.open_transaction_id AS id
          UNION ALL SELECT u.transaction_id FROM channel_top_up u WHERE u.channel_id = c.id
          UNION ALL (
            SELECT b.transaction_id FROM channel_settlement s JOIN settlement_batch b ON b.id = s.batch_id
            WHERE s.channel_id = c.id ORDER BY s.created_at DESC LIMIT ${newestSettlements})
        ) mine JOIN transaction t ON t.id = mine.id) AS touched_block
    FROM channel c WHERE c.id = ANY(${ids}::text[]) AND c.status IN ('open', 'closing')
    ORDER BY c.id FOR NO KEY UPDATE OF c`)
}

/**
 * The batch-settlement escrow forgets no channel: when its deposit fell and nothing is left beyond what was paid out, the payer
 * withdrew, or the payee gave it all back. A settlement of ours that is on its way says so itself.
 */
function wasEmptied(row: Row, { depositBase, settledBase }: ObservedChannel): boolean {
  if (!Escrow.isBatchSettlement(row.escrow) || row.status !== 'open' || row.settlementId !== null) return false
  return depositBase < row.depositBase && depositBase === settledBase
}

function isSame(row: Row, state: ObservedChannel): boolean {
  return (
    row.depositBase === state.depositBase &&
    row.settledBase === state.settledBase &&
    (row.closeRequestedAt?.getTime() ?? undefined) === state.closeRequestedAtMs
  )
}

function toEvents(
  row: Row,
  { depositBase, settledBase, closeRequestedAtMs, blockNumber }: ObservedChannel,
  isEmpty: boolean,
): AuditEvent.AuditEvent[] {
  const about = { merchantId: row.merchantId, channelId: row.id }
  const events: AuditEvent.AuditEvent[] = []
  const hasFallen = depositBase < row.depositBase && !Escrow.isBatchSettlement(row.escrow)
  if (settledBase < row.settledBase || hasFallen)
    events.push({ ...about, type: 'channel.reorged', data: { depositBase, settledBase, blockNumber } })
  else if (settledBase > row.settledBase)
    events.push({
      ...about,
      type: 'channel.settled',
      data: { settledBase, paidBase: settledBase - row.settledBase, blockNumber },
    })
  if (isEmpty) {
    const refundedBase = row.depositBase - depositBase
    return [...events, { ...about, type: 'channel.closed', data: { settledBase, refundedBase, blockNumber } }]
  }
  if (depositBase < row.depositBase && !hasFallen && row.status === 'open') {
    const refundedBase = row.depositBase - depositBase
    events.push({ ...about, type: 'channel.refunded', data: { refundedBase, depositBase, blockNumber } })
  }
  if (closeRequestedAtMs !== undefined && row.closeRequestedAt === null) {
    const deadlineAt = new Date(closeRequestedAtMs + row.graceSeconds * 1000).toISOString()
    events.push({ ...about, type: 'channel.close_requested', data: { deadlineAt } })
  }
  if (closeRequestedAtMs === undefined && row.closeRequestedAt !== null)
    events.push({ ...about, type: 'channel.close_cancelled', data: { blockNumber } })
  return events
}

function toDate(ms: number | undefined): Date | null {
  return ms === undefined ? null : new Date(ms)
}
