import type { Ctx } from '../../ctx'
import { Chain, hasSettler, readRpc, Settler } from '@/lib/chains'
import { withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { awaitOutcome, enqueueTransaction, submitNow, type TransactionOutcome } from '@/lib/execution'
import type { Caip2 } from '@/lib/money'

/**
 * Deploys our settlement contract on a network, by a transaction of our settlement signer that is stored, priced and
 * followed like any other. Waits for `waitMs`; the background tasks continue after that. May be called again: there is
 * at most one deployment at a time.
 * @returns undefined if the contract is deployed already.
 * @throws AppError bad-request where it cannot be made; a unique violation while another call is under way.
 */
export async function deploySettler(
  ctx: Ctx,
  network: Caip2,
  waitMs: number,
): Promise<TransactionOutcome.TransactionOutcome | undefined> {
  const chain = Chain.find(network)
  if (!chain || chain.family === 'svm') throw new AppError('bad-request', `${network} is no network of contracts.`)
  if (await hasSettler(network, ctx.now())) return undefined
  const code = await readRpc<string>(network, 'eth_getCode', [Settler.deployer, 'latest'])
  if (code === '0x')
    throw new AppError('bad-request', `${network} has no contract at ${Settler.deployer} that deploys others.`)
  const { id } = await withTransaction((tx) =>
    enqueueTransaction(tx, ctx, {
      kind: 'call',
      network,
      purpose: 'settlement',
      to: Settler.deployer,
      data: Settler.deployment,
      value: 0n,
      soleFor: `deploy settler ${network}`,
    }),
  )
  await submitNow(ctx, id)
  return awaitOutcome(id, waitMs)
}
