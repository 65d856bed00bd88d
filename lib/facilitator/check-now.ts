import type { Ctx } from '../ctx'
import { MemberScope } from '@/lib/auth'
import { db, sql } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { lookAtChain } from '@/lib/settlement'

/**
 * Looks at the chain now, like the background task, and returns what it found, as a sentence. May be called at any
 * time.
 * @throws AppError not-found, not-allowed; unavailable if the chain cannot be asked.
 */
export async function checkNow(ctx: Ctx, scope: MemberScope.MemberScope, paymentId: string): Promise<string> {
  const [payment] = await db.query<{ merchantId: string }>(
    sql`SELECT merchant_id FROM payment WHERE id = ${paymentId}::uuid`,
  )
  if (!payment) throw new AppError('not-found', 'There is no such payment.')
  MemberScope.assertMay(scope, payment.merchantId, 'settle')
  const look = await lookAtChain(ctx, paymentId)
  switch (look.kind) {
    case 'moved':
      return `The transfer is on chain, in ${look.txHash}. It is booked.`
    case 'dead':
      return `Nothing moved, and nothing can any more. ${look.reason}`
    case 'waiting':
      return 'The chain shows no transfer yet, and what the payer signed can still be used. It is looked at again by itself.'
    case 'ended':
      return 'Its end is known already. Reload the page.'
  }
}
