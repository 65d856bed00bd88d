import { AppError } from '@/lib/errors'

const bytesMax = 1024 * 1024

/**
 * The JSON of a request's body.
 * @throws AppError content-too-large, bad-request if it is not JSON.
 */
export async function readJson(request: Request): Promise<unknown> {
  const text = await readText(request)
  try {
    return JSON.parse(text)
  } catch {
    throw new AppError('bad-request', 'The body is not JSON. Send an object, with Content-Type: application/json.')
  }
}

async function readText(request: Request): Promise<string> {
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
