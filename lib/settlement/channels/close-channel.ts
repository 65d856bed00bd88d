import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { findChannel, findSettleable, acceptClosingVoucher, type Channel, type Schedule } from '@/lib/channels'
import { db, sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { awaitOutcome, submitNow } from '@/lib/execution'
import { applyChannelBatch } from './apply-channel-batch'
import { beginChannelBatch, type ChannelBatch } from './begin-channel-batch'
import { findOnItsWay } from './find-on-its-way'
import { unknownOutcome } from './pending-transaction'
import * as ChannelPlan from './ChannelPlan'

export type CloseOutcome =
  /** Or open again, after a partial refund. */
  | { kind: 'closed'; channel: Channel.Channel; txHash: Hex }
  /** Proven not to have happened: the channel is open again, with the reason. */
  | { kind: 'failed'; reason: string }
  /** Not known yet. The background tasks continue. */
  | { kind: 'unknown'; hash?: Hex }

export type CloseInput = {
  channelId: string
  /** The payer's last voucher, already checked. A close takes what was spent, whatever the voucher says. */
  voucher?: { cumulativeBase: bigint; signature: Buffer } | undefined
  trigger: Schedule.SettlementTrigger
  /**
   * How much of the unspent deposit the payer wants back, base units; the channel continues with the rest. Everything
   * if absent.
   */
  refundBase?: bigint | undefined
}

const againMs = 20

/**
 * Closes a channel: the payee gets what was spent, the payer the rest. First waits for a settlement under way, then for
 * its own outcome, until `deadlineMs`. Idempotent: a channel is closed once, and the answer stays the same.
 * @throws AppError session-channel-not-found; payment-in-progress while requests on its credit are served;
 * channel-pending while another settlement's outcome is unknown; unavailable.
 */
export async function closeChannel(ctx: Ctx, input: CloseInput, deadlineMs: number): Promise<CloseOutcome> {
  const untilMs = performance.now() + deadlineMs
  for (;;) {
    const channel = await findChannel(input.channelId)
    if (!channel || channel.status === 'opening' || channel.status === 'failed')
      throw new AppError('session-channel-not-found', 'This channel is not open here.')
    if (channel.status === 'closed') return { kind: 'closed', channel, txHash: await hashOf(channel.id) }
    const begun = channel.settlementId === null ? await begin(ctx, input) : undefined
    const settlement = begun ?? (await findOnItsWay(channel.id))
    const leftMs = Math.max(0, untilMs - performance.now())
    if (settlement) {
      await submitNow(ctx, settlement.transactionId)
      const outcome = await awaitOutcome(settlement.transactionId, leftMs)
      await applyChannelBatch(ctx, settlement.batchId, outcome)
      if (begun && (outcome.kind === 'failed' || outcome.kind === 'reverted'))
        return { kind: 'failed', reason: outcome.reason }
      if (outcome.kind === 'included' && begun && input.refundBase !== undefined) {
        const left = await findChannel(input.channelId)
        if (left?.status === 'open') return { kind: 'closed', channel: left, txHash: outcome.hash }
      }
      if (outcome.kind === 'unknown' && (begun || channel.status === 'closing')) return unknownOutcome(outcome.hash)
    }
    if (performance.now() >= untilMs)
      throw new AppError('channel-pending', 'Another settlement of this channel is still under way.', {
        headers: { 'Retry-After': '1' },
      })
    await new Promise((resolve) => setTimeout(resolve, againMs))
  }
}

/** Undefined if another process took the channel. @throws AppError payment-in-progress */
async function begin(
  ctx: Ctx,
  { channelId, voucher, trigger, refundBase }: CloseInput,
): Promise<ChannelBatch | undefined> {
  return withTransaction(async (tx) => {
    if (voucher) await acceptClosingVoucher(tx, channelId, voucher)
    const [channel] = await findSettleable([channelId], tx)
    if (!channel) return undefined
    const planned = ChannelPlan.of(channel, { id: ctx.id(), kind: 'close', trigger, excessMaxBase: null, refundBase })
    if (planned.kind === 'wait')
      throw new AppError('payment-in-progress', planned.reason, { headers: { 'Retry-After': '1' } })
    return beginChannelBatch(tx, ctx, [planned.plan])
  })
}

/** The hash of the transaction that closed it, from the audit log. */
async function hashOf(channelId: string): Promise<Hex> {
  const [event] = await db.query<{ hash: Hex }>(sql`
    SELECT data ->> 'txHash' AS hash FROM audit_event WHERE channel_id = ${channelId} AND type = 'channel.closed'
    ORDER BY seq DESC LIMIT 1`)
  if (!event) throw new Error(`nothing tells how channel ${channelId} was closed`)
  return event.hash
}
