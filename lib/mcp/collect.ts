/** The beginning of a body, or all of it. */
export type CollectedBody = { bytes: Uint8Array; isCut: boolean }

/** A result is one message: what can be held of it, and for how long its agent waits (the official client: a minute). */
const bytesMax = 8 * 1024 * 1024
const waitMs = 45_000

/**
 * Reads a body until it ends, breaks off, grows beyond 8 MiB, or has been read for 45 seconds: what came until then is paid for,
 * and is answered.
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
