import { egressAgent } from '@/lib/egress'
import { AppError } from '@/lib/errors'

/** The result of a try. */
export type TryResult = {
  /** HTTP status, or null without an answer. */
  httpStatus: number | null
  durationMs: number
  /** The beginning of the answer, or why there was none. */
  detail: string
}

/** The receiver has this long to answer: enough for one that stores first and works later. */
export const timeoutMs = 10_000
const detailBytesMax = 4 * 1024

/** Posts a body, follows no redirect and never throws. Only the status of the answer counts, however its body ends. */
export async function postMessage(url: string, headers: Record<string, string>, body: string): Promise<TryResult> {
  const startedMs = performance.now()
  const ended = (httpStatus: number | null, detail: string): TryResult => ({
    httpStatus,
    durationMs: Math.round(performance.now() - startedMs),
    detail,
  })
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const { origin, pathname, search } = new URL(url)
    const response = await egressAgent().request({
      origin,
      path: pathname + search,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'Sluice-Webhooks/1', ...headers },
      body,
      signal,
    })
    const { location } = response.headers
    const redirected = response.statusCode >= 300 && response.statusCode < 400 && location !== undefined
    const text = await beginningOf(response.body)
    return ended(response.statusCode, redirected ? `Redirects to ${String(location)}, which is not followed.` : text)
  } catch (error) {
    if (signal.aborted) return ended(null, `No answer within ${timeoutMs / 1000} s.`)
    return ended(null, reasonOf(error))
  }
}

type Body = Awaited<ReturnType<ReturnType<typeof egressAgent>['request']>>['body']

/** At most 4 KB of readable text; the rest is not read. */
async function beginningOf(body: Body): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of body.on('error', () => {})) {
      chunks.push(chunk as Buffer)
      size += (chunk as Buffer).byteLength
      if (size >= detailBytesMax) break
    }
  } catch {
    // It broke off or was too slow: only its status counts.
  }
  body.destroy()
  const text = Buffer.concat(chunks).subarray(0, detailBytesMax).toString('utf8')
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f\ufffd]/g, '').trim()
}

function reasonOf(error: unknown): string {
  if (error instanceof AppError) return error.message
  const { code } = error as { code?: string }
  const words: Record<string, string> = {
    ENOTFOUND: 'The name cannot be found.',
    ECONNREFUSED: 'The connection was refused.',
    ECONNRESET: 'The connection was reset before an answer.',
    UND_ERR_SOCKET: 'The connection ended before an answer.',
  }
  return (
    words[code ?? ''] ?? `The connection failed${error instanceof Error ? `: ${error.message.slice(0, 200)}` : ''}.`
  )
}
