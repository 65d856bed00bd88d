import { zeroHash, type Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { Escrow } from '@/lib/chains'
import { bookOpened, bookOpeningFailed, findChannel, type Channel } from '@/lib/channels'
import { withTransaction } from '@/lib/db'
import type { TransactionOutcome } from '@/lib/execution'
import { unknownOutcome } from './unknown-outcome'
import { syncChannels } from './sync-channels'
import { syncChannelsAt } from './sync-channels-at'

/**
 * Books what became of an opening transaction. Only the contract's event, or its state, says that a channel is open. A revert
 * is told and not booked until its block is final: until then it can still be undone. Safe to repeat.
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
        log().warn({ channelId: id, deposited, depositBase }, 'another deposit than signed')
      const txHash = outcome.hash
      await withTransaction((tx) => bookOpened(tx, ctx, { channelId: id, depositBase: deposited, txHash }))
      return outcomeOf(await findChannel(id), txHash)
    }
  }
  // Whoever saw the payer's authorization can have shown it to the contract before us.
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
 * What is in the channel after the transaction: by its own event or, without one, by what the contract says at that block; 0 for
 * nothing, undefined when it cannot be told yet. The id is the hash of the descriptor, so it names no other channel.
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
  /** The channel does not exist and, by this transaction, never will. */
  | { kind: 'failed'; reason: string }
  /** Not known yet; the background tasks go on. */
  | { kind: 'unknown'; hash?: Hex }

export function outcomeOf(channel: Channel.Channel | undefined, txHash: Hex): OpenOutcome {
  if (!channel || channel.status === 'opening') return unknownOutcome(txHash)
  if (channel.status === 'failed') return { kind: 'failed', reason: channel.error ?? 'It was never opened.' }
  return { kind: 'open', channel, txHash }
}
