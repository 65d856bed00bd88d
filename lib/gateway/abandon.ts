import { releasePayment } from '@/lib/payments'
import type { GatewayAnswer } from './GatewayAnswer'

/** The response, or, when serving fails in any way, the payment let go of before the error goes on. */
export async function orLetGo(paymentId: string, serving: Promise<GatewayAnswer>): Promise<GatewayAnswer> {
  try {
    return await serving
  } catch (error) {
    await releasePayment(paymentId)
    throw error
  }
}
