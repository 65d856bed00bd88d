import { type PaymentResult } from './apply-batch'
import { readResults } from './read-results'

export async function readResult(paymentId: string): Promise<PaymentResult> {
  return (await readResults([paymentId])).get(paymentId) ?? { kind: 'unknown' }
}
