'use server'

import { toOutcome } from '@/app/_lib/outcome'
import { requireActor } from '@/app/_lib/session'
import type { Outcome } from '@/components/outcome'
import type { PaymentWay } from '@/components/overview/payment-way'
import { requestTestPayment, type TestPayment } from './request-test-payment'

/** Demo only: buys the cheapest resource with test money, as an agent would. */
export async function makeTestPaymentAction(way: PaymentWay): Promise<Outcome<TestPayment>> {
  return toOutcome(async () => {
    const { scope } = await requireActor()
    return requestTestPayment(scope, way)
  })
}
