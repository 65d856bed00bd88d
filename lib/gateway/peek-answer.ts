import { Payment } from '@/lib/payments'
import type { UpstreamAnswer } from './Upstream'

export type PeekedAnswer = {
  /** The whole answer, if it is small enough to be stored for repeats. */
  small?: Payment.StoredAnswer
  /** The body to pass on: from memory, or a stream of what was read and the rest. */
  body: Uint8Array | ReadableStream<Uint8Array> | null
}

/**
 * Reads the answer to a paid request until it is known whether it is small enough to be stored.
 * @throws AppError upstream-failed if it breaks off before that.
 */
export async function peekAnswer(answer: UpstreamAnswer, bytesMax = Payment.keptBytesMax): Promise<PeekedAnswer> {
  const { status, headers } = answer
  const body = await answer.readUpTo(bytesMax)
  return body instanceof Uint8Array ? { small: { status, headers, body }, body } : { body }
}
