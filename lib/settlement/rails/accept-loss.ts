import type { Ctx } from '../../ctx'
import type { MemberScope } from '@/lib/auth'
import { beginAnswer } from './begin-answer'

/**
 * Accepts a dispute: the payer keeps the money, and it cannot be undone.
 * @returns `unknown` if whether Stripe took it is found out later.
 * @throws AppError not-found, not-allowed, dispute-not-open
 */
export function acceptLoss(ctx: Ctx, scope: MemberScope.MemberScope, disputeId: string): Promise<'taken' | 'unknown'> {
  return beginAnswer(ctx, scope, disputeId, undefined)
}
