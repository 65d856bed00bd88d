import { failpoint } from '../failpoint'
import type { Payment } from '@/lib/payments'
import { answerSettled } from './answer-settled'
import { awaitSettlement } from './await-settlement'
import type { GatewayAnswer } from './GatewayAnswer'
import type { PricedRequest } from './PricedRequest'

/** `before`: the money first. `checkedAtMs` is when the chain was asked last whether it can move. */
export async function settleThenAnswer(
  pricedRequest: PricedRequest,
  payment: Payment.Payment,
  checkedAtMs: number,
): Promise<GatewayAnswer> {
  const { receipt } = await awaitSettlement({ payment, checkedAtMs })
  failpoint('after-settle')
  return answerSettled(pricedRequest, { ...payment, receipt })
}
