import { Svm } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import type { Payment } from '@/lib/payments'
import { findSvmTransfer } from './find-svm-transfer'
import type { TransferFinding } from './TransferFinding'
import { type SvmInstrument } from './SvmUse'

export async function proveUse(
  payment: Payment.Payment,
  signed: SvmInstrument,
  hash: string,
): Promise<TransferFinding> {
  const effects = await Svm.readEffects(payment.network, hash)
  if (!effects) throw new AppError('unavailable', `${payment.network} does not show the transaction ${hash} any more.`)
  return findSvmTransfer(payment, signed, { hash, blockNumber: effects.slot })
}
