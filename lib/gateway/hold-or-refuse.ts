import type { Ctx } from '../ctx'
import { env } from '../env'
import { failpoint } from '../failpoint'
import { AppError } from '@/lib/errors'
import { voidPayments, type Payment } from '@/lib/payments'
import { holdMoney } from '@/lib/settlement'
import { settlementPending } from './await-settlement'
import { logUnwrittenEnd } from './log-unwritten-end'

/**
 * Has the money of a payment held before its work begins, where its rail can; then an upstream that fails costs the agent
 * nothing.
 * @throws AppError payment-declined or payment-action-required, when the payment is void; settlement-pending if it is not known
 *   whether the money is held: no work is done for it, and the hold is let go.
 */
export async function holdOrRefuse(ctx: Ctx, payment: Payment.Payment): Promise<void> {
  const hold = await holdMoney(payment, env.SETTLE_DEADLINE_MS)
  failpoint('after-hold')
  if (!hold || hold.kind === 'held') return
  if (hold.kind === 'unknown') throw settlementPending(undefined)
  const { code, reason, action } = hold
  await voidPayments(ctx, [payment.id], reason).catch(logUnwrittenEnd)
  const detail = `${reason.replace(/\.?$/, '.')} Nothing was charged.`
  throw new AppError(action ? 'payment-action-required' : 'payment-declined', detail, { extra: { reason: code } })
}
