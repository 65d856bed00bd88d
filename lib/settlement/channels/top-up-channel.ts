import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { Escrow } from '@/lib/chains'
import { findChannel, findTopUp, insertTopUp, type Channel, type ChannelProtocol, type TopUp } from '@/lib/channels'
import { withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { awaitOutcome, enqueueTransaction, submitNow } from '@/lib/execution'
import type { Caip2 } from '@/lib/money'
import { assertRuns, toCall } from './payer-funding'
import { isDuplicate } from './is-duplicate'
import { applyTopUp, type TopUpOutcome } from './apply-top-up'

export type TopUpInput = {
  channelId: Hex
  /** Base units that the checked transaction adds. */
  addedBase: bigint
  transaction: ChannelProtocol.ChannelFunding
}

/**
 * Adds to a channel's deposit with its payer's checked transaction, and waits for the outcome until `deadlineMs`. Like
 * the contract, it cancels a requested close. The same transaction may arrive any number of times: it is sent once.
 * @throws AppError session-channel-not-found | session-channel-finalized; verification-failed if the transaction would
 * revert (nothing is stored); stale-state if it topped up another channel; unavailable.
 */
export async function topUpChannel(
  ctx: Ctx,
  { channelId, addedBase, transaction }: TopUpInput,
  deadlineMs: number,
): Promise<TopUpOutcome> {
  const untilMs = performance.now() + deadlineMs
  const hash = transaction.hash.toLowerCase()
  const channel = await findChannel(channelId)
  if (!channel || channel.status === 'failed' || channel.status === 'opening')
    throw new AppError('session-channel-not-found', 'This channel is not open here.')
  if (!(await findTopUp(hash))) {
    if (!canTopUp(channel)) throw new AppError('session-channel-finalized', 'This channel is closed or closing.')
    await assertRuns(channel.network, transaction)
    await begin(ctx, channel.network, { channelId, hash, amountBase: addedBase }, transaction)
  }
  const topUp = await findTopUp(hash)
  if (topUp?.channelId !== channelId) throw new AppError('stale-state', 'This transaction was used for something else.')
  if (topUp.appliedAt) return { kind: 'topped-up', channel, txHash: transaction.hash }
  if (topUp.error !== null) return { kind: 'failed', reason: topUp.error }
  await submitNow(ctx, topUp.transactionId)
  const outcome = await awaitOutcome(topUp.transactionId, untilMs - performance.now())
  return applyTopUp(ctx, channel.network, topUp, outcome, Math.max(0, untilMs - performance.now()))
}

/** The batch-settlement escrow accepts deposits into an emptied channel, and keeps a requested withdrawal. */
function canTopUp({ status, escrow, closeRequestedAt }: Channel.Channel): boolean {
  if (!Escrow.isBatchSettlement(escrow)) return status === 'open'
  return closeRequestedAt === null && (status === 'open' || status === 'closed')
}

async function begin(
  ctx: Ctx,
  network: Caip2,
  topUp: Omit<TopUp, 'transactionId'>,
  transaction: ChannelProtocol.ChannelFunding,
): Promise<void> {
  try {
    await withTransaction(async (tx) => {
      const { id: transactionId } = await enqueueTransaction(tx, ctx, toCall(network, transaction))
      await insertTopUp(tx, { ...topUp, transactionId })
      failpoint('before-commit')
    })
  } catch (error) {
    if (!isDuplicate(error)) throw error
  }
}
