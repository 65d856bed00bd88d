import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { log } from '../../log'
import { recordEvent } from '@/lib/audit'
import { Escrow } from '@/lib/chains'
import {
  bookSettlements,
  failSettlements,
  findPendingSettlements,
  findSettleable,
  lockPendingSettlements,
  type SettlementResult,
  type PendingSettlement,
  type Schedule,
} from '@/lib/channels'
import { db, sql, withTransaction, type Tx } from '@/lib/db'
import type { TransactionOutcome } from '@/lib/execution'
import type { Caip2 } from '@/lib/money'
import { beginChannelBatch, type ChannelBatch } from './begin-channel-batch'
import { findClosing } from './find-closing'
import * as ChannelPlan from './ChannelPlan'
import { reconcileChannels } from './reconcile-channels'
import { syncChannelsAt } from './sync-channels-at'

/** First delay for a channel that makes its batch fail. */
const parkMs = 5_000

type Batch = { id: string; network: Caip2 }

/**
 * Books the results of a channel batch, each channel by its own event. A batch that did nothing is split: channels that
 * the simulation named are parked with the reason, and the others go into a new batch; if none was named, the batch is
 * halved until the bad channel is alone. The new batches are queued in the same database transaction, so a crash loses
 * nothing. Any process may call it any number of times: the first to lock the rows books them.
 * @returns the new batches. Call `submitNow` for their transactions, or leave them to the background tasks.
 */
export async function applyChannelBatch(
  ctx: Ctx,
  batchId: string,
  outcome: TransactionOutcome.TransactionOutcome,
): Promise<ChannelBatch[]> {
  if (outcome.kind === 'unknown') return []
  const [batch] = await db.query<Batch>(sql`SELECT id, network FROM settlement_batch WHERE id = ${batchId}::uuid`)
  if (!batch) return []
  if (outcome.kind === 'included') {
    await bookIncluded(ctx, batch, outcome)
    return []
  }
  return takeApart(ctx, batch, outcome)
}

async function bookIncluded(
  ctx: Ctx,
  batch: Batch,
  outcome: Extract<TransactionOutcome.TransactionOutcome, { kind: 'included' }>,
): Promise<void> {
  const findings = new Map<string, SettlementResult>()
  for (const pending of await findPendingSettlements(batch.id)) {
    // After a partial refund, the contract's state gives the remainder.
    const loggedResult = pending.refundBase === null ? fromLogs(pending, outcome) : undefined
    const done = loggedResult ?? (await fromState(ctx, batch.network, pending, outcome))
    if (done) findings.set(pending.id, done)
    else log().warn({ channelId: pending.channelId, hash: outcome.hash }, 'the outcome of a channel is not known yet')
  }
  await withTransaction(async (tx) => {
    const pending = await lockPendingSettlements(tx, batch.id)
    const items = pending.flatMap((one) => {
      const done = findings.get(one.id)
      return done ? [[one, done] as const] : []
    })
    await bookSettlements(tx, ctx, items)
    if (pending.length > 0 && items.length === pending.length) await closeBooks(tx, ctx, batch.id, null)
    failpoint('before-commit')
  })
}

function fromLogs(
  { id, channelId, kind, escrow, captureBase }: PendingSettlement,
  { logs, hash }: Extract<TransactionOutcome.TransactionOutcome, { kind: 'included' }>,
): SettlementResult | undefined {
  const events = Escrow.eventsOf(logs, escrow).filter((event) => event.channelId === channelId)
  const at = { settlementId: id, txHash: hash }
  const paid = events.find(({ name }) => name === 'Paid')
  if (kind === 'settle') return paid?.name === 'Paid' ? { ...at, ...amountsOf(paid) } : undefined
  if (Escrow.isBatchSettlement(escrow)) {
    const back = events.find(({ name }) => name === 'GivenBack')
    if (back?.name !== 'GivenBack') return undefined
    const amounts = paid?.name === 'Paid' ? amountsOf(paid) : { settledBase: captureBase ?? 0n, paidBase: 0n }
    return { ...at, ...amounts, refundedBase: back.refundedBase }
  }
  const closed = events.find(({ name }) => name === 'Closed')
  if (closed?.name !== 'Closed' || closed.refundedBase === undefined) return undefined
  return { ...at, settledBase: closed.paidBase, refundedBase: closed.refundedBase }
}

function amountsOf({ settledBase, paidBase }: Extract<Escrow.EscrowEvent, { name: 'Paid' }>) {
  return { settledBase, paidBase }
}

/** A missing event proves nothing. Read the contract's own state. */
async function fromState(
  ctx: Ctx,
  network: Caip2,
  pending: PendingSettlement,
  { hash, blockNumber, logs }: Extract<TransactionOutcome.TransactionOutcome, { kind: 'included' }>,
): Promise<SettlementResult | undefined> {
  const { id, channelId, kind, cumulativeBase, captureBase, escrow } = pending
  const synced = await syncChannelsAt(ctx, network, [channelId as Hex], blockNumber, 0)
  const live = synced?.live.get(channelId)
  if (live) {
    const { settledBase, depositBase } = live
    const at = { settlementId: id, txHash: hash, settledBase }
    if (settledBase < (captureBase ?? cumulativeBase)) return undefined
    if (kind === 'settle') return at
    if (!Escrow.isBatchSettlement(escrow)) return undefined
    // Nothing was left to refund, or only a part was requested.
    const back = Escrow.eventsOf(logs, escrow).find((one) => one.channelId === channelId && one.name === 'GivenBack')
    const refundedBase = back?.name === 'GivenBack' ? back.refundedBase : 0n
    return { ...at, refundedBase, staysOpen: depositBase > settledBase }
  }
  const closing = synced && (await findClosing(network, channelId as Hex, synced.blockNumber))
  return closing && { ...closing, settlementId: id }
}

async function takeApart(
  ctx: Ctx,
  batch: Batch,
  outcome: Extract<TransactionOutcome.TransactionOutcome, { kind: 'failed' | 'reverted' }>,
): Promise<ChannelBatch[]> {
  const { begun, freed } = await withTransaction(async (tx) => {
    const pending = await lockPendingSettlements(tx, batch.id)
    if (pending.length === 0) return { begun: [], freed: [] }
    const { bad, rest } = blame(pending, outcome)
    await failSettlements(tx, ctx, [
      ...bad.map((one) => ({ ...one, parkMs })),
      ...rest.map((one) => ({ pending: one, reason: outcome.reason })),
    ])
    await closeBooks(tx, ctx, batch.id, outcome.reason)
    const half = Math.ceil(rest.length / 2)
    const parts = bad.length > 0 ? [rest] : [rest.slice(0, half), rest.slice(half)]
    const again: (ChannelBatch | undefined)[] = []
    for (const part of parts) again.push(await beginAgain(tx, ctx, part))
    failpoint('before-commit')
    return {
      begun: again.filter((one) => one !== undefined),
      freed: bad.map(({ pending: { channelId } }) => channelId as Hex),
    }
  })
  // Usually another party settled or closed it. The chain's state shows that, and the row follows.
  if (freed.length > 0)
    await reconcileChannels(ctx, batch.network, freed).catch((error: unknown) =>
      log().warn({ err: error, batchId: batch.id }, 'channels that spoiled a batch could not be read yet'),
    )
  return begun
}

type Blame = { bad: { pending: PendingSettlement; reason: string }[]; rest: PendingSettlement[] }

/** Which channels made the batch fail: those that a simulation named by position, or the only one. */
function blame(
  pending: readonly PendingSettlement[],
  outcome: Extract<TransactionOutcome.TransactionOutcome, { kind: 'failed' | 'reverted' }>,
): Blame {
  const [only] = pending
  const named = outcome.kind === 'failed' ? (outcome.failures ?? []) : []
  const reasons = new Map(named.map(({ call, reason }) => [pending[call], reason]))
  if (only && pending.length === 1)
    return { bad: [{ pending: only, reason: reasons.get(only) ?? outcome.reason }], rest: [] }
  return {
    bad: pending.flatMap((one) => {
      const reason = reasons.get(one)
      return reason === undefined ? [] : [{ pending: one, reason }]
    }),
    rest: pending.filter((one) => !reasons.has(one)),
  }
}

/** New settlements for the channels that were not at fault, from their current rows. */
async function beginAgain(tx: Tx, ctx: Ctx, part: readonly PendingSettlement[]): Promise<ChannelBatch | undefined> {
  const pendingById = new Map(part.map((pending) => [pending.channelId, pending]))
  const plans = (await findSettleable([...pendingById.keys()], tx)).flatMap((channel) => {
    const before = pendingById.get(channel.id)
    if (!before) return []
    const { kind, trigger, cumulativeBase, refundBase } = before
    // Keep the excess that the schedule allowed before, and no more.
    const excessMaxBase = cumulativeBase > channel.spentBase ? cumulativeBase - channel.spentBase : 0n
    const planInput = { id: ctx.id(), kind, trigger: trigger as Schedule.SettlementTrigger, excessMaxBase }
    const planned = ChannelPlan.of(channel, { ...planInput, refundBase: refundBase ?? undefined })
    return planned.kind === 'go' ? [planned.plan] : []
  })
  return beginChannelBatch(tx, ctx, plans)
}

async function closeBooks(tx: Tx, ctx: Ctx, batchId: string, error: string | null): Promise<void> {
  const [batch] = await tx.query<{ status: 'applied' | 'failed'; settled: number; size: number }>(sql`
    UPDATE settlement_batch b SET status = (CASE WHEN s.settled > 0 THEN 'applied' ELSE 'failed' END)::batch_status,
      applied_at = now(), settled_count = s.settled, error = ${error}
    FROM (
      SELECT count(*)::int AS settled FROM channel_settlement WHERE batch_id = ${batchId}::uuid AND status = 'settled') s
    WHERE b.id = ${batchId}::uuid AND b.status = 'submitted'
    RETURNING b.status, b.settled_count AS settled, b.size`)
  if (!batch) return
  const { status, settled, size } = batch
  await recordEvent(tx, ctx, { type: `batch.${status}`, batchId, data: { settled, size, ...(error && { error }) } })
}
