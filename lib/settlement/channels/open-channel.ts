import { zeroHash, type Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { log } from '../../log'
import { Escrow } from '@/lib/chains'
import {
  bookOpened,
  bookOpeningFailed,
  findChannel,
  insertOpening,
  type Channel,
  type OpeningInput,
} from '@/lib/channels'
import { withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { awaitOutcome, enqueueTransaction, submitNow, type TransactionOutcome } from '@/lib/execution'
import { assertRuns, isDuplicate, toCall, unknown } from './payer-transaction'
import { syncChannels } from './sync-channels'
import { syncChannelsAt } from './sync-channels-at'

export type OpenOutcome =
  | { kind: 'open'; channel: Channel.Channel; txHash: Hex }
  /** The channel does not exist and, by this transaction, never will. */
  | { kind: 'failed'; reason: string }
  /** Not known yet; the background tasks go on. */
  | { kind: 'unknown'; hash?: Hex }

/**
 * Opens a channel with its payer's checked transaction or deposit, and waits for the outcome until `deadlineMs`. The channel's row
 * and the transaction are stored before anything is sent, so that a crash at any point loses neither. The same opening may
 * come any number of times, at once or later: it is sent once, and all of them wait for it.
 * @throws AppError verification-failed when the transaction would revert (nothing is stored); stale-state when the
 * channel is known by another transaction; unavailable when the chain or the database cannot be reached.
 */
export async function openChannel(ctx: Ctx, input: OpeningInput, deadlineMs: number): Promise<OpenOutcome> {
  const { channelId, transaction } = input.opening
  const untilMs = performance.now() + deadlineMs
  if (await canOpen(channelId)) {
    await assertRuns(input.network, transaction)
    await begin(ctx, input)
  }
  const channel = await findChannel(channelId)
  if (!channel || channel.openingKey !== transaction.hash.toLowerCase())
    throw new AppError('stale-state', 'This channel was opened by another transaction.')
  if (channel.status !== 'opening') return told(channel, await hashOf(channel, transaction.hash))
  await submitNow(ctx, channel.openTransactionId)
  const outcome = await awaitOutcome(channel.openTransactionId, untilMs - performance.now())
  return applyOpening(ctx, channel, outcome, Math.max(0, untilMs - performance.now()))
}

/** It has no row, or one of an opening that never happened and whose id can still be opened. */
async function canOpen(channelId: Hex): Promise<boolean> {
  const channel = await findChannel(channelId)
  return !channel || (channel.status === 'failed' && Escrow.isBatchSettlement(channel.escrow))
}

async function begin(ctx: Ctx, input: OpeningInput): Promise<void> {
  try {
    await withTransaction(async (tx) => {
      const { id } = await enqueueTransaction(tx, ctx, toCall(input.network, input.opening.transaction))
      await insertOpening(tx, ctx, id, input)
      failpoint('before-commit')
    })
  } catch (error) {
    if (!isDuplicate(error)) throw error
  }
}

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
  if (outcome.kind === 'unknown') return unknown(outcome.hash)
  if (outcome.kind === 'included') {
    const deposited = await findDeposit(ctx, { id, network, escrow }, outcome, deadlineMs)
    if (deposited === undefined) return unknown(outcome.hash)
    if (deposited > 0n) {
      if (deposited !== depositBase)
        log().warn({ channelId: id, deposited, depositBase }, 'another deposit than signed')
      const txHash = outcome.hash
      await withTransaction((tx) => bookOpened(tx, ctx, { channelId: id, depositBase: deposited, txHash }))
      return told(await findChannel(id), txHash)
    }
  }
  // Whoever saw the payer's authorization can have shown it to the contract before us.
  if (outcome.kind !== 'included' && Escrow.isBatchSettlement(escrow)) {
    const { live } = await syncChannels(ctx, network, [id])
    const found = live.get(id)?.depositBase ?? 0n
    const txHash = 'hash' in outcome ? outcome.hash : zeroHash
    if (found > 0n) {
      await withTransaction((tx) => bookOpened(tx, ctx, { channelId: id, depositBase: found, txHash }))
      return told(await findChannel(id), txHash)
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

function told(channel: Channel.Channel | undefined, txHash: Hex): OpenOutcome {
  if (!channel || channel.status === 'opening') return unknown(txHash)
  if (channel.status === 'failed') return { kind: 'failed', reason: channel.error ?? 'It was never opened.' }
  return { kind: 'open', channel, txHash }
}

/** Of the transaction that opened it: a payer's own has the hash that it came with. */
async function hashOf({ openTransactionId, escrow }: Channel.Channel, hash: Hex): Promise<Hex> {
  if (!Escrow.isBatchSettlement(escrow)) return hash
  const outcome = await awaitOutcome(openTransactionId, 0)
  return ('hash' in outcome && outcome.hash) || hash
}
