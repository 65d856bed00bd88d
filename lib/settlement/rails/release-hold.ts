import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { withTransaction } from '@/lib/db'
import { lockPayment } from '@/lib/payments'
import { beginAttempt, ExternalAttempt, findAttempts, postponeAttempt } from '@/lib/rails'
import { letGo } from './let-go'
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
  const begun = await withTransaction(async (tx) => {
    const payment = await lockPayment(tx, paymentId)
    if (payment?.status !== 'voided' || payment.settlement === 'settled') return undefined
    const about = { paymentId, refundId: null, network, action: 'cancel' as const, key, externalId }
    const attempt = await beginAttempt(tx, { id: ctx.id(), ...about, amountBase })
    return attempt && { attempt, payTo: payment.payTo }
  })
  if (!begun) return
  failpoint('before-rail')
  await noteRelease(ctx, begun.attempt, await letGo(begun.attempt, externalId, begun.payTo))
  await postponeAttempt(held.id, null)
}
