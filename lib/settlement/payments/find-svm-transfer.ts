import { Svm, type Instrument } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'
import type { Payment } from '@/lib/payments'
import type { TransferFinding } from './find-transfer'

type Included = { hash: string; blockNumber: bigint }
type Moved = { source: string; destination: string; mint: string; value: bigint }

/**
 * What a Solana payment's own transaction did to the two token accounts. Nobody else can run it: it lacks our signature until it is
 * sent. One that is in no block for good never moves.
 * @throws AppError unavailable when the cluster cannot tell yet: the outcome stays unknown.
 */
export async function findSvmTransfer(
  { id, network, asset, amountBase }: Payment.Payment,
  { source, destination }: Extract<Instrument, { kind: 'svm' }>,
  included: Included | undefined,
): Promise<TransferFinding> {
  if (!included) return { kind: 'dead', reason: 'The payer’s transaction did not run.' }
  const moved = { source, destination, mint: asset, value: amountBase }
  const logIndex = await findChange(network, included.hash, moved)
  if (logIndex === undefined) return { kind: 'dead', reason: 'The payer’s transaction did not transfer the amount.' }
  const { hash: txHash, blockNumber } = included
  return { kind: 'moved', proof: { paymentId: id, txHash, logIndex, blockNumber } }
}

/**
 * The place of the receiving account in a transaction that took exactly the amount from one account and gave it to the other;
 * undefined when it did not.
 * @throws AppError unavailable when the cluster cannot tell yet.
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
