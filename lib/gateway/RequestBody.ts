import { createHash, timingSafeEqual } from 'node:crypto'
import { AppError } from '@/lib/errors'

/**
 * The body of a paid request. The payment covers its digest, so the digest is known before anything is sent to the
 * upstream.
 */
export type RequestBody =
  | { kind: 'none' }
  | { kind: 'bytes'; bytes: Uint8Array<ArrayBuffer>; digest: string }
  /**
   * Too large to hold; the sender declared its digest. If the bytes do not match, `stream` errors with AppError
   * bad-request before its last chunk, so the upstream never receives a complete request.
   */
  | { kind: 'stream'; stream: ReadableStream<Uint8Array<ArrayBuffer>>; lengthBytes?: number; digest: string }

/**
 * The body for the upstream. A `RequestBody` is one, and so is the body of a free request, whose digest does not matter.
 */
export type OutgoingBody =
  | { kind: 'none' }
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'stream'; stream: ReadableStream<Uint8Array>; lengthBytes?: number }

/** Most bytes held in memory for one request. */
export const bodyBytesMax = 8 * 1024 * 1024

/**
 * Reads the body of a paid request. A body that is larger than 8 MiB or of unknown length, with a Content-Digest
 * (sha-256, RFC 9530), is prepared for streaming instead. `digest` is the Content-Digest value `sha-256=:…:`. Call once.
 * @throws AppError content-too-large beyond 8 MiB without a Content-Digest; bad-request if a Content-Digest is malformed
 *   or does not match the bytes, or if the client disconnects.
 */
export async function read(request: Request): Promise<RequestBody> {
  const declared = parseDigest(request.headers.get('content-digest'))
  // Check the method first: the plain listener creates a body stream only when it is read.
  if (request.method === 'GET' || request.method === 'HEAD' || !request.body) return { kind: 'none' }
  const lengthBytes = parseLength(request.headers.get('content-length'))
  if (declared && (lengthBytes === undefined || lengthBytes > bodyBytesMax))
    return {
      kind: 'stream',
      stream: verifying(request.body, declared),
      digest: formatDigest(declared),
      ...(lengthBytes !== undefined && { lengthBytes }),
    }
  if (lengthBytes !== undefined && lengthBytes > bodyBytesMax) throw tooLarge()

  const bytes = await collect(request.body)
  if (bytes.byteLength === 0 && !declared) return { kind: 'none' }
  const actual = createHash('sha256').update(bytes).digest()
  if (declared && !timingSafeEqual(declared, actual)) throw mismatch()
  return { kind: 'bytes', bytes, digest: formatDigest(actual) }
}

/** The body of a free request, streamed as it arrives. */
export function passThrough(request: Request): OutgoingBody {
  const lengthBytes = parseLength(request.headers.get('content-length'))
  if (!request.body || request.method === 'GET' || request.method === 'HEAD' || lengthBytes === 0)
    return { kind: 'none' }
  return { kind: 'stream', stream: request.body, ...(lengthBytes !== undefined && { lengthBytes }) }
}

function formatDigest(sha256: Uint8Array): string {
  return `sha-256=:${Buffer.from(sha256).toString('base64')}:`
}

// A dictionary of structured fields. Digests of other algorithms are not checked.
function parseDigest(header: string | null): Buffer | undefined {
  if (header === null) return undefined
  const members = header.split(',').map((member) => member.trim())
  const sha256Members = members.filter((member) => /^sha-256\s*=/.test(member))
  if (sha256Members.length === 0) return undefined
  const match = /^sha-256=:([A-Za-z0-9+/]{43}=):$/.exec(sha256Members[0] ?? '')
  const bytes = Buffer.from(match?.[1] ?? '', 'base64')
  if (sha256Members.length > 1 || bytes.byteLength !== 32)
    throw new AppError(
      'bad-request',
      'Content-Digest must hold one sha-256 as RFC 9530 says: sha-256=:base64 of 32 bytes:',
    )
  return bytes
}

function parseLength(header: string | null): number | undefined {
  if (header === null || !/^\d{1,15}$/.test(header)) return undefined
  return Number(header)
}

async function collect(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw new AppError('bad-request', 'The request ended before its body was complete.', { cause })
      })
      if (done) break
      size += value.byteLength
      if (size > bodyBytesMax) throw tooLarge()
      chunks.push(value)
    }
  } catch (error) {
    await reader.cancel(error).catch(() => {})
    throw error
  }
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return bytes
}

/** Emits each chunk when the next one has arrived, and the last one only if the digest matches. */
function verifying(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  declared: Buffer,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const hash = createHash('sha256')
  let previous: Uint8Array<ArrayBuffer> | undefined
  return body.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        if (chunk.byteLength === 0) return
        hash.update(chunk)
        if (previous) controller.enqueue(previous)
        previous = chunk
      },
      flush(controller) {
        if (!timingSafeEqual(declared, hash.digest())) throw mismatch()
        if (previous) controller.enqueue(previous)
      },
    }),
  )
}

function mismatch(): AppError {
  return new AppError('bad-request', 'The body is not the one that Content-Digest names.')
}

function tooLarge(): AppError {
  return new AppError(
    'content-too-large',
    'The body of a paid request may hold 8 MiB. Larger ones can be streamed when a Content-Digest header with their sha-256 comes along.',
  )
}
