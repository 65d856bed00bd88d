import { Payment } from '@/lib/payments'
import type { UpstreamAnswer } from './Upstream'

export type PeekedAnswer = {
  /** The whole answer, when it is small enough to be kept for a repeat. */
  small?: Payment.StoredAnswer
  /** The answer to pass on: from memory, or what was read so far and then the rest as it comes. */
  body: Uint8Array | ReadableStream<Uint8Array> | null
}

/**
 * Reads an answer that is already paid for, until it is known whether it is small enough to be kept.
 * @throws AppError upstream-failed when it breaks off meanwhile.
 */
export async function peekAnswer(answer: UpstreamAnswer, bytesMax = Payment.keptBytesMax): Promise<PeekedAnswer> {
  const { status, headers } = answer
  const body = await answer.readUpTo(bytesMax)
  return body instanceof Uint8Array ? { small: { status, headers, body }, body } : { body }
}
