import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { getCheckpoint, listAnchors, recordAnchor } from '@/lib/audit'
import { Chain, servedEvmNetworks, signerFor } from '@/lib/chains'
import { withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { enqueueTransaction, submitNow } from '@/lib/execution'
import type { Caip2 } from '@/lib/money'

/** A checkpoint on its way to the chain. */
export type CheckpointAnchor = { transactionId: string; size: string; network: Caip2 }

/**
 * Queues a transaction that writes the newest checkpoint of the audit log on chain: the settlement signer sends nothing
 * to itself, with the signed note as call data. After that, any change to earlier events can be detected, even one by
 * the operator. Two calls at once may anchor the same checkpoint twice, which costs only gas.
 * @throws AppError stale-state if the newest checkpoint is already anchored; unavailable without a checkpoint or a
 * signer.
 */
export async function anchorCheckpoint(ctx: Ctx): Promise<CheckpointAnchor> {
  const { size, note } = await getCheckpoint()
  const anchors = await listAnchors(size)
  if (anchors.at(-1)?.size === size.toString())
    throw new AppError('stale-state', `The newest checkpoint (${size} leaves) is anchored already.`)
  const { network, address } = findLane()
  const data: Hex = `0x${Buffer.from(note).toString('hex')}`
  const transactionId = await withTransaction(async (tx) => {
    const call = {
      kind: 'call',
      network,
      purpose: 'settlement',
      signer: address,
      to: address,
      data,
      value: 0n,
    } as const
    const { id } = await enqueueTransaction(tx, ctx, call)
    await recordAnchor(tx, ctx, { transactionId: id, size, network })
    return id
  })
  await submitNow(ctx, transactionId)
  return { transactionId, size: size.toString(), network }
}

/** The first served network; one where gas is paid in the chain's own coin is preferred. */
function findLane(): { network: Caip2; address: Hex } {
  const served = servedEvmNetworks()
  const network = served.find((each) => Chain.get(each).family !== 'tempo') ?? served[0]
  const signer = network && signerFor(network, 'settlement')
  if (!signer) throw new AppError('unavailable', 'No served network can hold a checkpoint.')
  return { network, address: signer.address as Hex }
}
