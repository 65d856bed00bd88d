import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { findChannel, findSettleable, raiseAccepted, type Channel, type Schedule } from '@/lib/channels'
import { db, sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { awaitOutcome, submitNow } from '@/lib/execution'
import { applyChannelBatch } from './apply-channel-batch'
import { beginChannelBatch, type ChannelBatch } from './begin-channel-batch'
import { findOnItsWay } from './find-on-its-way'
import { unknownOutcome } from './unknown-outcome'
import * as ChannelPlan from './ChannelPlan'

export type CloseOutcome =
  /** Or open again, after a part went back. */
  | { kind: 'closed'; channel: Channel.Channel; txHash: Hex }
  /** Proven not to have happened: the channel is open again, with its reason. */
  | { kind: 'failed'; reason: string }
  /** Not known yet; the background tasks go on. */
  | { kind: 'unknown'; hash?: Hex }

export type CloseInput = {
  channelId: string
  /** What the payer signed last, checked; a close takes what was spent, whatever it says. */
  voucher?: { cumulativeBase: bigint; signature: Buffer } | undefined
  trigger: Schedule.SettlementTrigger
  /** What the payer wants back of what is not spent, base units; the channel then goes on with the rest. Everything when absent. */
  refundBase?: bigint | undefined
}

const againMs = 20

/**
 * Closes a channel: what was spent goes to the payee, the rest back to the payer. Waits for the outcome until `deadlineMs`,
 * and first for a settlement that is on its way. May be repeated: a channel is closed once, and the answer is the same.
 * @throws AppError session-channel-not-found; payment-in-progress while requests on its credit are served;
 * channel-pending while another settlement's outcome is not known; unavailable.
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
      throw new AppError('channel-pending', 'Another settlement of this channel is still on its way.', {
        headers: { 'Retry-After': '1' },
      })
    await new Promise((resolve) => setTimeout(resolve, againMs))
  }
}

/** Undefined when somebody else took the channel meanwhile. @throws AppError payment-in-progress */
async function begin(
  ctx: Ctx,
  { channelId, voucher, trigger, refundBase }: CloseInput,
): Promise<ChannelBatch | undefined> {
  return withTransaction(async (tx) => {
    if (voucher) await raiseAccepted(tx, channelId, voucher)
    const [channel] = await findSettleable([channelId], tx)
    if (!channel) return undefined
    const planned = ChannelPlan.of(channel, { id: ctx.id(), kind: 'close', trigger, excessMaxBase: null, refundBase })
    if (planned.kind === 'wait')
      throw new AppError('payment-in-progress', planned.reason, { headers: { 'Retry-After': '1' } })
    return beginChannelBatch(tx, ctx, [planned.plan])
  })
}

/** Of the transaction that closed it, as the journal says. */
async function hashOf(channelId: string): Promise<Hex> {
  const [event] = await db.query<{ hash: Hex }>(sql`
    SELECT data ->> 'txHash' AS hash FROM audit_event WHERE channel_id = ${channelId} AND type = 'channel.closed'
    ORDER BY seq DESC LIMIT 1`)
  if (!event) throw new Error(`nothing tells how channel ${channelId} was closed`)
  return event.hash
}
