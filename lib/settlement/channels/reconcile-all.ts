import type { Ctx } from '../../ctx'
import { reconcileNetwork } from './reconcile-network'
import { onEachNetwork } from './on-each-network'

/**
 * Compares open channels with the contract, whatever the events said: a part of them each time, in turn. Networks go side by side.
 * @returns how many were compared.
 */
export async function reconcileAll(ctx: Ctx, budgetMs: number): Promise<number> {
  const untilMs = performance.now() + budgetMs
  return onEachNetwork(
    (network) => reconcileNetwork(ctx, network, untilMs),
    'channels could not be compared with the chain yet',
  )
}
