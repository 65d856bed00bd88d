import type { Ctx } from '../ctx'
import { recordEvents, type AuditEvent } from '@/lib/audit'
import { Escrow } from '@/lib/chains'
import { sql, type Tx } from '@/lib/db'
import { postTransfers } from '@/lib/ledger'
import { type ObservedChannel } from './ObservedChannel'
import { settledEntry } from './settled-entry'
import { observedRows } from './observed-rows'
import { lockStateRows, type ChannelStateRow } from './channel-state-rows'

/**
 * Copies the chain's state into the rows: deposit, amount paid out, requested close; with the ledger entries for the
 * difference. It writes a state and not a step, so it may be called any number of times, in any order, and after a
 * reorganisation. A state that is older than the row's is ignored.
 * @returns the ids of the channels that changed.
 */
export async function bookChannelStates(tx: Tx, ctx: Ctx, observed: readonly ObservedChannel[]): Promise<string[]> {
  const rows = await lockStateRows(
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
    FROM ${observedRows(changes.map(({ state }) => state))} WHERE c.id = s.id`)
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

/**
 * The batch-settlement escrow never deletes a channel. A deposit that fell to exactly the amount paid out means that the payer
 * withdrew, or that the payee returned the rest. A running settlement of this server books that itself.
 */
function wasEmptied(row: ChannelStateRow, { depositBase, settledBase }: ObservedChannel): boolean {
  if (!Escrow.isBatchSettlement(row.escrow) || row.status !== 'open' || row.settlementId !== null) return false
  return depositBase < row.depositBase && depositBase === settledBase
}

function isSame(row: ChannelStateRow, state: ObservedChannel): boolean {
  return (
    row.depositBase === state.depositBase &&
    row.settledBase === state.settledBase &&
    (row.closeRequestedAt?.getTime() ?? undefined) === state.closeRequestedAtMs
  )
}

function toEvents(
  row: ChannelStateRow,
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
