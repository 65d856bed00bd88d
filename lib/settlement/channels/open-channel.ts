import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { Escrow } from '@/lib/chains'
import { findChannel, insertOpening, type Channel, type OpeningInput } from '@/lib/channels'
import { withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { awaitOutcome, enqueueTransaction, submitNow } from '@/lib/execution'
import { assertRuns, toCall } from './payer-funding'
import { isDuplicate } from './is-duplicate'
import { applyOpening, type OpenOutcome, outcomeOf } from './apply-opening'

/**
 * Opens a channel with its payer's checked transaction or deposit, and waits for the outcome until `deadlineMs`. The
 * channel's row and the transaction are stored before anything is sent, so a crash loses neither. The same opening may
 * arrive any number of times: it is sent once, and every caller waits for the same outcome.
 * @throws AppError verification-failed if the transaction would revert (nothing is stored); stale-state if the channel
 * is known by another transaction; unavailable if the chain or the database cannot be reached.
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
  if (channel.status !== 'opening') return outcomeOf(channel, await hashOf(channel, transaction.hash))
  await submitNow(ctx, channel.openTransactionId)
  const outcome = await awaitOutcome(channel.openTransactionId, untilMs - performance.now())
  return applyOpening(ctx, channel, outcome, Math.max(0, untilMs - performance.now()))
}

/** True if it has no row, or its opening failed and the id can be opened again. */
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

/** The hash of the opening transaction. A payer's own transaction keeps its hash. */
async function hashOf({ openTransactionId, escrow }: Channel.Channel, hash: Hex): Promise<Hex> {
  if (!Escrow.isBatchSettlement(escrow)) return hash
  const outcome = await awaitOutcome(openTransactionId, 0)
  return ('hash' in outcome && outcome.hash) || hash
}
