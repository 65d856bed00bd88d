import { Svm } from '@/lib/chains'
import type { Payment } from '@/lib/payments'
import type { TransferFinding } from './TransferFinding'
import { proveUse } from './prove-use'
import { type SvmInstrument, sinceMs, type SvmBound } from './SvmUse'
import { findAmong } from './find-among'

/** Longer than any blockhash lives: nothing is dead before. */
const livesMs = 180_000

/** Nodes that keep no archive forget after about two days: what is older is not judged by what they do not list. */
const keptMs = 24 * 60 * 60_000

/**
 * What became of the payer's message for good, once a finalized block is past every one in which it could run: everyone who is
 * asked lists, as of that block, all that was run with its account since. Undefined while that is not known.
 * @param bound What `boundOf` said.
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
