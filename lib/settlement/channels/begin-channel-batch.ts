import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { recordEvent } from '@/lib/audit'
import { signerFor } from '@/lib/chains'
import { insertSettlements, takeChannels } from '@/lib/channels'
import { sql, type Tx } from '@/lib/db'
import { enqueueTransaction } from '@/lib/execution'
import * as ChannelPlan from './ChannelPlan'

export type ChannelBatch = { batchId: string; transactionId: string; channelIds: ReadonlySet<string> }

/** Most channels in one transaction. It fits into a block even if every channel pays an account its first tokens. */
export const sizeMax = 64

/**
 * Takes channels and queues the one transaction that settles or closes them, in the caller's database transaction.
 * After its commit a crash changes nothing: the background tasks finish it. Channels that another process took or
 * changed since the plan are left out; returns undefined if none is left.
 * @param plans of one network, token and payee.
 */
export async function beginChannelBatch(
  tx: Tx,
  ctx: Ctx,
  plans: readonly ChannelPlan.ChannelPlan[],
): Promise<ChannelBatch | undefined> {
  const channelIds = await takeChannels(tx, plans)
  // In the order of the ids, because a failed call is named by its position.
  const ours = plans
    .filter(({ channelId }) => channelIds.has(channelId))
    .toSorted((one, other) => (one.channelId < other.channelId ? -1 : 1))
  const [first, ...rest] = ours
  if (!first) return undefined
  const { network, asset } = first.channel
  // The 402 names this signer as the channel's operator, and the contract lets no other signer settle.
  const operator = signerFor(network, 'settlement')
  const call = ChannelPlan.toCall([first, ...rest], operator?.address)
  const { id: transactionId } = await enqueueTransaction(tx, ctx, call)
  const batchId = ctx.id()
  const amountBase = ours.reduce((sum, { paysBase }) => sum + paysBase, 0n)
  await tx.execute(sql`
    INSERT INTO settlement_batch (id, network, asset, form, transaction_id, size, amount_base)
    VALUES (${batchId}::uuid, ${network}, ${asset}, 'channels', ${transactionId}::uuid, ${ours.length}, ${amountBase})`)
  await insertSettlements(tx, ctx, { batchId, transactionId }, ours)
  await recordEvent(tx, ctx, {
    type: 'batch.submitted',
    batchId,
    transactionId,
    data: { form: 'channels', network, size: ours.length, amountBase },
  })
  failpoint('before-commit')
  return { batchId, transactionId, channelIds }
}
