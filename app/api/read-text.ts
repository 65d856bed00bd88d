import { AppError } from '@/lib/errors'

const bytesMax = 1024 * 1024

/** The whole body of a request as text. @throws AppError content-too-large */
export async function readText(request: Request): Promise<string> {
  const reader = request.body?.getReader()
  const chunks: Uint8Array[] = []
  // The Content-Length header may be missing or wrong.
  for (let bytes = 0; reader;) {
    const { done, value } = await reader.read()
    if (done) break
    bytes += value.byteLength
    if (bytes > bytesMax) throw new AppError('content-too-large', `The body may hold ${bytesMax} bytes.`)
    chunks.push(value)
  }
  return Buffer.concat(chunks).toString('utf8')
}
