import { log } from '../log'
import { releasePayment } from '@/lib/payments'
import type { Answer } from './Answer'

const retryEveryMs = 1_000

/**
 * Lets go of a payment that this request cannot finish: `expire-payments` or a repeat of the credential goes on
 * with it. Tries until the database has it, because a payment owned by a living process is touched by nobody else.
 */
async function abandon(paymentId: string): Promise<void> {
  try {
    await releasePayment(paymentId)
  } catch (error) {
    log().warn({ err: error, paymentId }, 'payment could not be released yet')
    setTimeout(() => void abandon(paymentId), retryEveryMs).unref()
  }
}

/** The response, or, when serving fails in any way, the payment let go of before the error goes on. */
export async function orLetGo(paymentId: string, serving: Promise<Answer>): Promise<Answer> {
  try {
    return await serving
  } catch (error) {
    await abandon(paymentId)
    throw error
  }
}
