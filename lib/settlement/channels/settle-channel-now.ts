import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { findChannel, findSettlementTerms, findSettleable, type Channel, type Schedule } from '@/lib/channels'
import { withTransaction, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { awaitOutcome, submitNow } from '@/lib/execution'
import { applyChannelBatch } from './apply-channel-batch'
import { beginChannelBatch, type ChannelBatch } from './begin-channel-batch'
import { excessMaxBase } from './excess-max-base'
import { findOnItsWay } from './find-on-its-way'
import { unknownOutcome } from './pending-transaction'
import * as ChannelPlan from './ChannelPlan'
import { reconcileChannels } from './reconcile-channels'
import { claimRemotely } from './claim-remotely'
import { findClaimRoute, untilDeadline } from '@/lib/remote-facilitators'

export type ChannelSettleOutcome =
  | { kind: 'settled'; channel: Channel.Channel; txHash: Hex }
  /** Nothing was settled: there was nothing to settle, or it is proven not to have happened. */
  | { kind: 'failed'; reason: string }
  /** Not known yet. The background tasks continue. */
  | { kind: 'unknown'; hash?: Hex }

/**
 * Settles one channel now, regardless of its schedule's timing; the schedule's limit on whole vouchers applies. Waits
 * for the outcome until `deadlineMs`. If a settlement is under way, waits for that one instead: the two never collide.
 * @throws AppError session-channel-not-found | session-channel-finalized; unavailable.
 */
export async function settleChannelNow(
  ctx: Ctx,
  channelId: string,
  trigger: Schedule.SettlementTrigger,
  deadlineMs: number,
): Promise<ChannelSettleOutcome> {
  const channel = await findChannel(channelId)
  if (!channel) throw new AppError('session-channel-not-found', 'This channel is not known here.')
  if (channel.status !== 'open') throw new AppError('session-channel-finalized', 'This channel is not open.')
  const settlement = (await findOnItsWay(channelId)) ?? (await begin(ctx, channel, trigger, Date.now() + deadlineMs))
  if ('kind' in settlement) return settlement
  await submitNow(ctx, settlement.transactionId)
  const outcome = await awaitOutcome(settlement.transactionId, deadlineMs)
  await applyChannelBatch(ctx, settlement.batchId, outcome)
  if (outcome.kind === 'unknown') return unknownOutcome(outcome.hash)
  if (outcome.kind !== 'included') return { kind: 'failed', reason: outcome.reason }
  return { kind: 'settled', channel: (await findChannel(channelId)) ?? channel, txHash: outcome.hash }
}

async function begin(
  ctx: Ctx,
  { id, merchantId, network, asset }: Channel.Channel,
  trigger: Schedule.SettlementTrigger,
  deadlineAtMs: number,
): Promise<ChannelBatch | ChannelSettleOutcome> {
  await reconcileChannels(ctx, network, [id]).catch((cause: unknown) => {
    throw new AppError('unavailable', `${network} cannot be read at the moment. Nothing was changed.`, { cause })
  })
  const { schedule } = await findSettlementTerms(merchantId, network)
  const planInput = { kind: 'settle' as const, trigger, excessMaxBase: excessMaxBase(schedule, { network, asset }) }
  const taken = { kind: 'failed' as const, reason: 'Another process is settling or closing it.' }
  const plan = async (tx?: Tx) => {
    const [channel] = await findSettleable([id], tx)
    return channel && ChannelPlan.of(channel, { id: ctx.id(), ...planInput })
  }
  const ours = () =>
    withTransaction(async (tx): Promise<ChannelBatch | ChannelSettleOutcome> => {
      const planned = await plan(tx)
      if (!planned) return taken
      if (planned.kind === 'wait') return { kind: 'failed', reason: planned.reason }
      return (await beginChannelBatch(tx, ctx, [planned.plan])) ?? taken
    })
  const route = await findClaimRoute(merchantId, network)
  const early = route && (await plan())
  if (route && early?.kind === 'go') {
    const claiming = claimRemotely(ctx, [early.plan], route)
    const claimed = await untilDeadline(claiming, deadlineAtMs).catch((cause: unknown) => {
      throw new AppError('unavailable', 'Its outcome is not known yet. It will be looked at again.', { cause })
    })
    if (!claimed) {
      // The caller stops waiting here. The settlement continues without it.
      claiming
        .then(async (late) => {
          const begun = late.kind === 'ours' && (await ours())
          if (begun && 'batchId' in begun) await submitNow(ctx, begun.transactionId)
        })
        .catch((error: unknown) => log().error({ err: error, channelId: id }, 'a channel is left to its schedule'))
      return { kind: 'unknown' }
    }
    const channel = await findChannel(id)
    if (claimed.kind === 'claimed' && channel) return { kind: 'settled', channel, txHash: claimed.txHash }
    if (claimed.kind === 'waiting')
      return claimed.isSent ? { kind: 'unknown' } : { kind: 'failed', reason: claimed.reason }
  }
  return ours()
}
