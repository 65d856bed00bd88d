import { queueRelease } from './releases'

/**
 * Awaits a statement that makes this process the owner of a payment, and returns its result. If its reply is lost, the
 * statement may have been written, or may still be: the payment is released as soon as its row shows this process as the owner.
 * @param isKnown true for an error that proves that nothing was written; such a payment needs no release.
 * @throws the error of `owning`, always.
 */
export async function releaseOnLostReply<Result>(
  paymentId: string,
  owning: Promise<Result>,
  isKnown: (error: unknown) => boolean = () => false,
): Promise<Result> {
  try {
    return await owning
  } catch (error) {
    if (!isKnown(error)) queueRelease(paymentId, true)
    throw error
  }
}
