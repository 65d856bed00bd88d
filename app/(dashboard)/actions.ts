'use server'

import { settle } from '@/app/outcome'
import { requireActor } from '@/app/session'
import type { Outcome } from '@/components/outcome'
import { makeTestPayment, ways, type Way } from '@/lib/demo'
import { AppError } from '@/lib/errors'

/** Demo only: buys the cheapest resource with test money, as an agent would. */
export async function makeTestPaymentAction(way: Way): Promise<Outcome<{ paymentId: string; status: number }>> {
  return settle(async () => {
    const { scope } = await requireActor()
    if (!ways.includes(way)) throw new AppError('bad-input', 'There is no such way to pay.')
    return makeTestPayment(scope, way)
  })
}
