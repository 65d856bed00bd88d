import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { withTransaction } from '@/lib/db'
import { lockPayment } from '@/lib/payments'
import { beginAttempt, ExternalAttempt, findAttempts, postponeAttempt } from '@/lib/rails'
import { cancelIntent } from '@/lib/stripe'
import { noteRelease } from './note-release'

/**
 * Lets go of money that is held for a payment that was voided. Does nothing for a payment that is not voided. May be called by any
 * number of processes: one of them makes the call.
 */
export async function releaseHold(ctx: Ctx, paymentId: string): Promise<void> {
  const attempts = await findAttempts(paymentId)
  const held = attempts.find(({ action, status }) => action === 'authorise' && status === 'succeeded')
  if (!held?.externalId) return
  const { externalId, network, amountBase } = held
  const key = ExternalAttempt.keyOf('cancel', paymentId)
  const attempt = await withTransaction(async (tx) => {
    const payment = await lockPayment(tx, paymentId)
    if (payment?.status !== 'voided' || payment.settlement === 'settled') return undefined
    const about = { paymentId, refundId: null, network, action: 'cancel' as const, key, externalId }
    return beginAttempt(tx, { id: ctx.id(), ...about, amountBase })
  })
  if (!attempt) return
  failpoint('before-rail')
  await noteRelease(ctx, attempt, await cancelIntent(externalId, key))
  await postponeAttempt(held.id, null)
}
