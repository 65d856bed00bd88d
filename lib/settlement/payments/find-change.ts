import { Svm } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'

type Moved = { source: string; destination: string; mint: string; value: bigint }

/**
 * The index of the receiving account in a transaction that moved exactly this amount between the two accounts;
 * undefined if it did not.
 * @throws AppError unavailable when the cluster cannot answer yet.
 */
export async function findChange(network: Caip2, signature: string, moved: Moved): Promise<number | undefined> {
  const effects = await Svm.readEffects(network, signature)
  if (!effects) throw new AppError('unavailable', `${network} does not tell yet what the transaction ${signature} did.`)
  if (effects.err !== null) return undefined
  const changed = (account: string, changeBase: bigint) =>
    effects.changes.find(
      (change) => change.account === account && change.mint === moved.mint && change.changeBase === changeBase,
    )
  const given = changed(moved.destination, moved.value)
  return changed(moved.source, -moved.value) && given ? given.accountIndex : undefined
}
