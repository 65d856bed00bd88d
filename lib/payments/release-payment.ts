import { flushReleases, queueRelease } from './releases'

/**
 * Gives up ownership of a payment that its request cannot finish. The background tasks, or the same credential sent again,
 * continue with it. Retries every second until the database confirms, because no other process touches a payment that a
 * living process owns. May be called twice. Never throws.
 */
export async function releasePayment(paymentId: string): Promise<void> {
  queueRelease(paymentId, false)
  await flushReleases()
}
