import { Svm } from '@/lib/chains'
import type { Payment } from '@/lib/payments'
import type { TransferFinding } from './TransferFinding'
import { proveUse } from './prove-use'
import { type SvmInstrument, sinceMs, type SvmBound } from './SvmUse'
import { findAmong } from './find-among'

/** Longer than any blockhash lives. No message is dead earlier. */
const livesMs = 180_000

/** Nodes without an archive forget after about two days. For older payments an empty list proves nothing. */
const keptMs = 24 * 60 * 60_000

/**
 * The final fate of the payer's message, once a finalized block is past every block in which it could run: all
 * endpoints that answer list, as of that block, every transaction of the account since. Undefined while that is not
 * known.
 * @param bound from `boundSvmUse`.
 * @throws RpcError | TransportError | AppError unavailable when the cluster cannot be asked.
 */
export async function findFinalSvmUse(
  payment: Payment.Payment,
  signed: SvmInstrument,
  bound: SvmBound,
  ageMs: number,
): Promise<TransferFinding | undefined> {
  if (ageMs < livesMs || ageMs > keptMs) return undefined
  const { network } = payment
  const final = await Svm.readFinalHead(network)
  if (!final || BigInt(final.blockHeight) <= bound.lastValidHeight) return undefined
  const all = await Svm.readFinalSignatures(network, signed.source, {
    sinceMs: sinceMs(ageMs),
    firstSlot: bound.firstSlot,
    lastSlot: final.absoluteSlot,
  })
  if (!all) return undefined
  const used = await findAmong(network, signed, all)
  return used === undefined ? { kind: 'unused' } : proveUse(payment, signed, used)
}
