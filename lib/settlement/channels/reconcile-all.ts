import type { Ctx } from '../../ctx'
import { reconcileNetwork } from './reconcile-network'
import { onEachNetwork } from './on-each-network'

/**
 * Compares open channels with the contract, independent of events: a part of them in each run, in turn. Networks run in
 * parallel.
 * @returns the number of channels compared.
 */
export async function reconcileAll(ctx: Ctx, budgetMs: number): Promise<number> {
  const untilMs = performance.now() + budgetMs
  return onEachNetwork(
    (network) => reconcileNetwork(ctx, network, untilMs),
    'channels could not be compared with the chain yet',
  )
}
