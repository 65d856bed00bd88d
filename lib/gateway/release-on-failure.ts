import { releasePayment } from '@/lib/payments'
import type { GatewayAnswer } from './GatewayAnswer'

/**
 * Returns the answer of `serving`. If it fails, releases the payment, so that a repeat or the background task can resolve
 * it, and rethrows.
 */
export async function releaseOnFailure(paymentId: string, serving: Promise<GatewayAnswer>): Promise<GatewayAnswer> {
  try {
    return await serving
  } catch (error) {
    await releasePayment(paymentId)
    throw error
  }
}
