import { z } from 'zod'
import { paymentWays, type PaymentWay } from '@/components/overview/payment-way'
import { MemberScope } from '@/lib/auth'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { gatewayUrl, listResources } from '@/lib/merchants'

const timeoutMs = 60_000

const Answer = z.union([z.object({ paymentId: z.string(), status: z.number() }), z.object({ error: z.string() })])

export type TestPayment = { paymentId: string; status: number }

/**
 * Asks the demo's agent (`DEMO_PAYMENT_URL`) to buy the merchant's cheapest resource with test money. Every call is a new payment.
 * @returns the payment's id, and the status that the gateway answered.
 * @throws AppError not-allowed outside the demo and for a role that may not sell, bad-input for a way that does not exist, unavailable when nothing was paid.
 */
export async function requestTestPayment(scope: MemberScope.MemberScope, way: PaymentWay): Promise<TestPayment> {
  if (!env.DEMO_PAYMENT_URL) throw new AppError('not-allowed', 'Test payments exist in the demo only.')
  MemberScope.assertMay(scope, scope.merchantId, 'sell')
  if (!paymentWays.some((known) => known.way === way))
    throw new AppError('bad-input', 'This way to pay does not exist.')
  const response = await fetch(env.DEMO_PAYMENT_URL, {
    method: 'POST',
    body: JSON.stringify({ way, resources: await findResources(scope) }),
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((cause: unknown) => {
    throw new AppError('unavailable', 'The agent of the demo does not answer. Start the demo again.', { cause })
  })
  const answer = Answer.parse(await response.json())
  if ('error' in answer) throw new AppError('unavailable', `The test payment failed: ${answer.error}`)
  return answer
}

/** Resources that a GET without parameters can buy, the cheapest first. */
async function findResources(scope: MemberScope.MemberScope): Promise<{ url: string; networks: string[] }[]> {
  const rows = await listResources(scope)
  return rows
    .filter(({ status, method, path, priceMicros }) => {
      return status === 'live' && method === 'GET' && priceMicros > 0n && !path.includes('/:')
    })
    .toSorted((a, b) => (a.priceMicros < b.priceMicros ? -1 : 1))
    .map(({ merchantSlug, path, networks }) => ({
      url: gatewayUrl(merchantSlug) + path,
      networks: networks.map(({ network }) => network),
    }))
}
