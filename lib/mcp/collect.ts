/** A whole body, or its beginning. */
export type CollectedBody = { bytes: Uint8Array; isCut: boolean }

/**
 * Limits of one result: the size that fits one message, and a time below the client's timeout (official client: one
 * minute).
 */
const bytesMax = 8 * 1024 * 1024
const waitMs = 45_000

/**
 * Reads a body until it ends, breaks off, exceeds 8 MiB, or takes longer than 45 seconds, and returns what arrived: the
 * agent has paid for it. Never throws.
 */
export async function collect(
  body: ReadableStream<Uint8Array> | null,
  limits: { bytesMax: number; waitMs: number } = { bytesMax, waitMs },
): Promise<CollectedBody> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = body?.getReader()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, limits.waitMs, 'late')
  })
  try {
    for (;;) {
      const next = reader ? await Promise.race([reader.read(), late]) : { done: true, value: undefined }
      if (next === 'late') return { bytes: Buffer.concat(chunks), isCut: true }
      if (next.done || !next.value) return { bytes: Buffer.concat(chunks), isCut: false }
      chunks.push(next.value)
      size += next.value.byteLength
      if (size > limits.bytesMax) return { bytes: Buffer.concat(chunks).subarray(0, limits.bytesMax), isCut: true }
    }
  } catch {
    return { bytes: Buffer.concat(chunks), isCut: true }
  } finally {
    clearTimeout(timer)
    void reader?.cancel().catch(() => {})
  }
}
