import { type Instrument } from '@/lib/chains'
import type { Payment } from '@/lib/payments'
import type { TransferFinding } from './TransferFinding'
import { findChange } from './find-change'

type Included = { hash: string; blockNumber: bigint }

/**
 * Checks what a Solana payment's own transaction did to the two token accounts. No other party can run it, because it
 * lacks our signature until we send it. If it is final that no block contains it, it never moves.
 * @throws AppError unavailable when the cluster cannot answer yet: the outcome stays unknown.
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
