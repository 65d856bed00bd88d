import { Svm } from '@/lib/chains'
import type { Payment } from '@/lib/payments'
import type { TransferFinding } from './TransferFinding'
import { readDigest, digestOfInstrument } from './read-digest'
import { findAmong } from './find-among'
import { type SvmInstrument, sinceMs } from './SvmUse'
import { proveUse } from './prove-use'

/** How many of the account's newest transactions are searched while the payment can still run. */
const newestMax = 100
const signaturePattern = /^[1-9A-HJ-NP-Za-km-z]{86,88}$/

/**
 * Looks for the payer's own message among the newest transactions of its account, with any fee payer and any signature.
 * The transaction that the facilitator named is read first; if it matches, nothing else is read.
 * @throws RpcError | TransportError | AppError unavailable when the cluster cannot be asked: the outcome stays unknown.
 */
export async function findSvmUse(
  payment: Payment.Payment,
  signed: SvmInstrument,
  claimed: string | null,
  ageMs: number,
): Promise<TransferFinding> {
  const { network } = payment
  if (
    claimed !== null &&
    signaturePattern.test(claimed) &&
    (await readDigest(network, claimed)) === digestOfInstrument(signed)
  )
    return proveUse(payment, signed, claimed)
  const newest = await Svm.readSignatures(network, signed.source, sinceMs(ageMs), newestMax)
  const used = await findAmong(network, signed, newest)
  return used === undefined ? { kind: 'unused' } : proveUse(payment, signed, used)
}
