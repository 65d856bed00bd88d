import { Svm } from '@/lib/chains'
import type { Payment } from '@/lib/payments'
import type { TransferFinding } from './TransferFinding'
import { readDigest, wantedOf } from './read-digest'
import { findAmong } from './find-among'
import { type SvmInstrument, sinceMs } from './SvmUse'
import { proveUse } from './prove-use'

/** How many of an account's newest transactions are searched while the payment can still run. */
const newestMax = 100
const signaturePattern = /^[1-9A-HJ-NP-Za-km-z]{86,88}$/

/**
 * Looks for the payer's very message among the newest of what was run with its account: whoever signed for the fee, and under
 * whichever signature. What the facilitator names is looked at first, and when that is it, nothing else is.
 * @throws RpcError | TransportError | AppError unavailable when the cluster cannot be asked: nothing is known then.
 */
export async function findSvmUse(
  payment: Payment.Payment,
  signed: SvmInstrument,
  claimed: string | null,
  ageMs: number,
): Promise<TransferFinding> {
  const { network } = payment
  if (claimed !== null && signaturePattern.test(claimed) && (await readDigest(network, claimed)) === wantedOf(signed))
    return proveUse(payment, signed, claimed)
  const newest = await Svm.readSignatures(network, signed.source, sinceMs(ageMs), newestMax)
  const used = await findAmong(network, signed, newest)
  return used === undefined ? { kind: 'unused' } : proveUse(payment, signed, used)
}
