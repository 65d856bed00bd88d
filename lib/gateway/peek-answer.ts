import { AppError } from '@/lib/errors'
import { Payment } from '@/lib/payments'
import type { UpstreamAnswer } from './Upstream'

export type Peeked = {
  /** The whole answer, when it is small enough to be kept for a repeat. */
  small?: Payment.Answer
  /** The answer to pass on: from memory, or what was read so far and then the rest as it comes. */
  body: BodyInit | null
}

/**
 * Reads an answer that is already paid for, until it is known whether it is small enough to be kept.
 * @throws AppError upstream-failed when it breaks off meanwhile.
 */
export async function peekAnswer(answer: UpstreamAnswer, bytesMax = Payment.keptBytesMax): Promise<Peeked> {
  const { status, headers } = answer
  if (!answer.body) return { small: { status, headers, body: new Uint8Array() }, body: null }
  const reader = answer.body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  while (size <= bytesMax) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new AppError('upstream-failed', 'The answer of the upstream broke off before it was complete.', { cause })
    })
    if (done) {
      const body = Buffer.concat(chunks, size)
      return { small: { status, headers, body }, body }
    }
    size += value.byteLength
    chunks.push(value)
  }
  return { body: resume(chunks, reader) }
}

function resume(
  chunks: readonly Uint8Array[],
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> {
  const waiting = [...chunks]
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const held = waiting.shift()
        if (held) return controller.enqueue(held)
        const { done, value } = await reader.read()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}
