import { failpoint } from '../failpoint'
import type { Payment } from '@/lib/payments'
import { answerSettled } from './answer-settled'
import { awaitSettlement } from './await-settlement'
import type { GatewayAnswer } from './GatewayAnswer'
import type { PricedRequest } from './PricedRequest'

/**
 * Serves a payment that settles before the work. `checkedAtMs` is the time of the last check on chain that the transfer
 * can succeed.
 */
export async function settleThenAnswer(
  pricedRequest: PricedRequest,
  payment: Payment.Payment,
  checkedAtMs: number,
): Promise<GatewayAnswer> {
  const { receipt } = await awaitSettlement({ payment, checkedAtMs })
  failpoint('after-settle')
  return answerSettled(pricedRequest, { ...payment, receipt })
}
