import { zeroHash, type Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { Escrow } from '@/lib/chains'
import { bookOpened, bookOpeningFailed, findChannel, type Channel } from '@/lib/channels'
import { withTransaction } from '@/lib/db'
import type { TransactionOutcome } from '@/lib/execution'
import { unknownOutcome } from './pending-transaction'
import { syncChannels } from './sync-channels'
import { syncChannelsAt } from './sync-channels-at'

/**
 * Books the outcome of an opening transaction. Only the contract's event or state proves that a channel is open. A
 * revert is reported but not booked until its block is final, because until then it can be undone. Idempotent.
 */
export async function applyOpening(
  ctx: Ctx,
  { id, network, escrow, depositBase }: Channel.Channel,
  outcome: TransactionOutcome.TransactionOutcome,
  deadlineMs: number,
): Promise<OpenOutcome> {
  if (outcome.kind === 'unknown') return unknownOutcome(outcome.hash)
  if (outcome.kind === 'included') {
    const deposited = await findDeposit(ctx, { id, network, escrow }, outcome, deadlineMs)
    if (deposited === undefined) return unknownOutcome(outcome.hash)
    if (deposited > 0n) {
      if (deposited !== depositBase)
        log().warn({ channelId: id, deposited, depositBase }, 'the deposit differs from the signed amount')
      const txHash = outcome.hash
      await withTransaction((tx) => bookOpened(tx, ctx, { channelId: id, depositBase: deposited, txHash }))
      return outcomeOf(await findChannel(id), txHash)
    }
  }
  // A third party that saw the payer's authorization may have submitted it before us.
  if (outcome.kind !== 'included' && Escrow.isBatchSettlement(escrow)) {
    const { live } = await syncChannels(ctx, network, [id])
    const found = live.get(id)?.depositBase ?? 0n
    const txHash = 'hash' in outcome ? outcome.hash : zeroHash
    if (found > 0n) {
      await withTransaction((tx) => bookOpened(tx, ctx, { channelId: id, depositBase: found, txHash }))
      return outcomeOf(await findChannel(id), txHash)
    }
  }
  const reason = outcome.kind === 'included' ? 'Its transaction ran without opening the channel.' : outcome.reason
  if (outcome.kind !== 'reverted') await withTransaction((tx) => bookOpeningFailed(tx, ctx, { channelId: id, reason }))
  return { kind: 'failed', reason }
}

/**
 * The channel's deposit after the transaction: from its event or, without one, from the contract's state at that block;
 * 0 for none, undefined if unknown. The id is the hash of the descriptor, so it matches no other channel.
 */
async function findDeposit(
  ctx: Ctx,
  { id, network, escrow }: Pick<Channel.Channel, 'id' | 'network' | 'escrow'>,
  { logs, blockNumber }: Extract<TransactionOutcome.TransactionOutcome, { kind: 'included' }>,
  deadlineMs: number,
): Promise<bigint | undefined> {
  const event = Escrow.eventsOf(logs, escrow).find(({ name, channelId }) => name === 'Deposited' && channelId === id)
  if (event?.name === 'Deposited') return event.depositBase
  const synced = await syncChannelsAt(ctx, network, [id], blockNumber, deadlineMs)
  return synced && (synced.live.get(id)?.depositBase ?? 0n)
}

export type OpenOutcome =
  | { kind: 'open'; channel: Channel.Channel; txHash: Hex }
  /** The channel does not exist, and this transaction can no longer open it. */
  | { kind: 'failed'; reason: string }
  /** Not known yet. The background tasks continue. */
  | { kind: 'unknown'; hash?: Hex }

export function outcomeOf(channel: Channel.Channel | undefined, txHash: Hex): OpenOutcome {
  if (!channel || channel.status === 'opening') return unknownOutcome(txHash)
  if (channel.status === 'failed') return { kind: 'failed', reason: channel.error ?? 'It was never opened.' }
  return { kind: 'open', channel, txHash }
}
