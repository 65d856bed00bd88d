import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { Escrow, Reserve } from '@/lib/chains'
import {
  bookReopened,
  bookTopUp,
  findChannel,
  findTopUp,
  insertTopUp,
  type Channel,
  type ChannelProtocol,
  type TopUp,
} from '@/lib/channels'
import { withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { awaitOutcome, enqueueTransaction, submitNow, type TransactionOutcome } from '@/lib/execution'
import type { Caip2 } from '@/lib/money'
import { assertRuns, isDuplicate, toCall, unknown } from './payer-transaction'
import { syncChannelsAt } from './sync-channels-at'

export type TopUpOutcome =
  | { kind: 'topped-up'; channel: Channel.Channel; txHash: Hex }
  | { kind: 'failed'; reason: string }
  /** Not known yet; the background tasks go on. */
  | { kind: 'unknown'; hash?: Hex }

export type TopUpInput = {
  channelId: Hex
  /** Base units, as the checked transaction adds them. */
  addedBase: bigint
  transaction: ChannelProtocol.ChannelFunding
}

/**
 * Adds to a channel's deposit with its payer's checked transaction, and waits for the outcome until `deadlineMs`. As the
 * contract does, it takes a requested close back. The same transaction may come any number of times: it is sent once.
 * @throws AppError session-channel-not-found | session-channel-finalized; verification-failed when the transaction would
 * revert (nothing is stored); stale-state when it topped up another channel; unavailable.
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

/** The batch-settlement escrow takes deposits of a channel that was emptied, and leaves a requested withdrawal standing. */
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

/**
 * Books what became of a top-up's transaction: the contract's event says that it happened, the contract's state at that block
 * or later what the deposit is and whether a close is still asked for. A revert is not booked until it is final. Safe to repeat.
 */
export async function applyTopUp(
  ctx: Ctx,
  network: Caip2,
  topUp: TopUp,
  outcome: TransactionOutcome.TransactionOutcome,
  deadlineMs: number,
): Promise<TopUpOutcome> {
  if (outcome.kind === 'unknown') return unknown(outcome.hash)
  if (outcome.kind === 'included') {
    const id = topUp.channelId as Hex
    const synced = await syncChannelsAt(ctx, network, [id], outcome.blockNumber, deadlineMs)
    if (!synced) return unknown(outcome.hash)
    const escrow = (await findChannel(id))?.escrow ?? Reserve.address
    const events = Escrow.eventsOf(outcome.logs, escrow)
    const isDone = events.some(({ name, channelId }) => name === 'Deposited' && channelId === id)
    const reason = isDone ? undefined : 'Its transaction ran without adding to the channel.'
    const refilled = isDone ? synced.live.get(id) : undefined
    await withTransaction(async (tx) => {
      if (refilled) await bookReopened(tx, ctx, refilled, 'reopened')
      await bookTopUp(tx, ctx, topUp, reason)
    })
    const channel = await findChannel(id)
    if (reason === undefined && channel) return { kind: 'topped-up', channel, txHash: outcome.hash }
    return { kind: 'failed', reason: reason ?? 'The channel is gone.' }
  }
  if (outcome.kind === 'failed') await withTransaction((tx) => bookTopUp(tx, ctx, topUp, outcome.reason))
  return { kind: 'failed', reason: outcome.reason }
}
