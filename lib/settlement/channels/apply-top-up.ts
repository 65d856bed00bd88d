import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { Escrow, Reserve } from '@/lib/chains'
import { bookReopened, bookTopUp, findChannel, type TopUp, type Channel } from '@/lib/channels'
import { withTransaction } from '@/lib/db'
import type { TransactionOutcome } from '@/lib/execution'
import type { Caip2 } from '@/lib/money'
import { unknownOutcome } from './pending-transaction'
import { syncChannelsAt } from './sync-channels-at'

/**
 * Books the outcome of a top-up's transaction. The contract's event proves that it ran; the contract's state at that
 * block or later gives the deposit and whether a close is still requested. A revert is not booked until it is final.
 * Idempotent.
 */
export async function applyTopUp(
  ctx: Ctx,
  network: Caip2,
  topUp: TopUp,
  outcome: TransactionOutcome.TransactionOutcome,
  deadlineMs: number,
): Promise<TopUpOutcome> {
  if (outcome.kind === 'unknown') return unknownOutcome(outcome.hash)
  if (outcome.kind === 'included') {
    const id = topUp.channelId as Hex
    const synced = await syncChannelsAt(ctx, network, [id], outcome.blockNumber, deadlineMs)
    if (!synced) return unknownOutcome(outcome.hash)
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

export type TopUpOutcome =
  | { kind: 'topped-up'; channel: Channel.Channel; txHash: Hex }
  | { kind: 'failed'; reason: string }
  /** Not known yet. The background tasks continue. */
  | { kind: 'unknown'; hash?: Hex }
