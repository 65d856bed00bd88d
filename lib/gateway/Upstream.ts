import type { Readable } from 'node:stream'
import * as Sealed from '../sealed'
import { egressAgent } from '@/lib/egress'
import { AppError } from '@/lib/errors'
import { log } from '@/lib/log'
import type { Resource } from '@/lib/merchants'
import { Payment } from '@/lib/payments'
import { Abort } from './Abort'
import type * as RequestBody from './RequestBody'
import { forAgent, forUpstream } from './Headers'
import * as RetryAfter from './RetryAfter'
import * as Route from './Route'

/** An answer that has begun. Its `body` must be read to the end or cancelled. */
export type UpstreamAnswer = {
  status: number
  /** Headers for the agent, without receipts and cache headers. */
  headers: readonly (readonly [name: string, value: string])[]
  /** Streamed, and still encoded as the headers say. Null if the status allows no body. */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>> | null
  /**
   * The whole body if it has at most `bytesMax` bytes, else a stream of it. Instead of `body`, not after it.
   * @throws AppError upstream-failed if the body breaks off before that is known.
   */
  readUpTo(bytesMax: number): Promise<Uint8Array | ReadableStream<Uint8Array>>
}

export type UpstreamCall = {
  resource: Pick<Resource, 'id' | 'upstreamUrl' | 'timeoutMs' | 'headers'>
  params: Route.PathParams
  /** Without "?". */
  query: string
  method: string
  headers: Headers
  body?: Uint8Array | RequestBody.OutgoingBody | undefined
  /** Aborted when the agent disconnects. Ends the upstream call, also while the answer streams. */
  gone?: Abort
  /**
   * True (default): a status other than 2xx is thrown, because it is not what the agent paid for, and cache headers are
   * dropped. False, for free calls: every status below 500 is passed on, with `keepsFailures` every status.
   */
  paid?: boolean
  keepsFailures?: boolean
}

const redirectsMax = 3
const excerptBytesMax = 4 * 1024
const excerptMs = 1_000
/** A held answer may pause this long, and may take this long in all. */
const heldPauseMs = 30_000
const heldMs = 120_000
const bodiless = new Set([204, 205, 304])
/** 401, 403 and 407 concern the merchant's own credentials, so their bodies are never shown. */
const hiddenStatuses = new Set([401, 403, 407])

/**
 * Calls the upstream of a resource and returns when its answer has begun. Never retries. An error means that nothing was
 * delivered, so nothing may be charged.
 * @throws AppError upstream-timeout after `resource.timeoutMs`; upstream-refused if the address is not public or a
 *   redirect leads to another host; upstream-busy if it asks to retry later; upstream-rejected for any other 4xx
 *   (`upstreamStatus`, and `upstreamBody` if it is short text); upstream-failed for everything else; bad-request if the
 *   agent's body does not match its digest.
 */
export async function send(call: UpstreamCall): Promise<UpstreamAnswer> {
  const paid = call.paid ?? true
  const secrets = openHeaders(call.resource)
  const abort = new Abort()
  const stop = () => abort.abort(call.gone?.reason)
  if (call.gone?.aborted) throw new AppError('upstream-failed', 'The client went away before the call was made.')
  call.gone?.once('abort', stop)
  const release = () => call.gone?.off('abort', stop)
  const timer = setTimeout(() => abort.abort(timedOut(call)), call.resource.timeoutMs)
  try {
    const response = await follow(call, headersOf(call, secrets, paid), abort)
    if ((response.statusCode >= 500 && !call.keepsFailures) || (paid && !isDelivered(response.statusCode)))
      throw await rejection(response, [...secrets.values()])
    const headers = forAgent(pairs(response.headers), paid)
    if (call.method === 'HEAD' || bodiless.has(response.statusCode)) {
      response.body.on('error', () => {}).resume()
      release()
      return { status: response.statusCode, headers, body: null, readUpTo: async () => new Uint8Array() }
    }
    let web: ReadableStream<Uint8Array<ArrayBuffer>> | undefined
    return {
      status: response.statusCode,
      headers,
      // A web stream costs more than a small answer, so it is made on demand.
      get body() {
        return (web ??= toWeb(response.body, release))
      },
      readUpTo: (bytesMax) => readUpTo(response.body, release, bytesMax),
    }
  } catch (error) {
    release()
    throw toUpstreamError(error, call, abort)
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Reads a whole answer, to hold it until the payment settles.
 * @throws AppError upstream-failed if it is larger than `heldBytesMax`, breaks off, or pauses for 30 s.
 */
export async function holdAnswer(
  answer: UpstreamAnswer,
  heldBytesMax: number = Payment.heldBytesMax,
): Promise<Payment.StoredAnswer> {
  const { status, headers } = answer
  if (!answer.body) return { status, headers, body: new Uint8Array() }
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = answer.body.getReader()
  const endMs = Date.now() + heldMs
  try {
    for (;;) {
      const { done, value } = await within(reader.read(), Math.min(heldPauseMs, endMs - Date.now()))
      if (done) return { status, headers, body: Buffer.concat(chunks, size) }
      size += value.byteLength
      if (size > heldBytesMax) throw tooLargeToHold(heldBytesMax)
      chunks.push(value)
    }
  } catch (error) {
    void reader.cancel(error).catch(() => {})
    if (error instanceof AppError) throw error
    throw new AppError('upstream-failed', 'The answer of the upstream broke off before it was complete.', {
      cause: error,
    })
  }
}

function timedOut({ resource }: UpstreamCall): AppError {
  return new AppError('upstream-timeout', `The upstream did not answer within ${resource.timeoutMs} ms.`)
}

type Reply = Awaited<ReturnType<ReturnType<typeof egressAgent>['request']>>
type RequestBody = Uint8Array | ReadableStream<Uint8Array> | undefined

async function follow(call: UpstreamCall, headers: [string, string][], signal: Abort): Promise<Reply> {
  let url = urlOf(call)
  let method = call.method
  let body = bodyOf(call)
  for (let redirects = 0; ; redirects++) {
    const response = await egressAgent().request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: method as 'GET',
      headers: headers.flat(),
      // undici accepts a web stream as an async iterable, but its types do not say so.
      body: body as Uint8Array | null | undefined,
      responseHeaders: 'raw',
      signal,
    } as Parameters<ReturnType<typeof egressAgent>['request']>[0])
    const location = isRedirect(response.statusCode)
      ? pairs(response.headers).find(([name]) => name.toLowerCase() === 'location')?.[1]
      : undefined
    if (location === undefined) return response

    response.body.on('error', () => {}).destroy()
    const next = URL.canParse(location, url) ? new URL(location, url) : undefined
    if (next?.origin !== url.origin)
      throw new AppError('upstream-refused', 'The upstream redirects to another host, which is not followed.')
    if (redirects >= redirectsMax)
      throw new AppError('upstream-failed', `The upstream redirects more than ${redirectsMax} times.`)
    // RFC 9110 15.4: 303 switches to GET; every browser does so for a POST with 301 and 302 too.
    if (response.statusCode === 303 || (response.statusCode < 303 && method === 'POST')) {
      if (method !== 'HEAD') method = 'GET'
      body = undefined
      headers = headers.filter(([name]) => !name.startsWith('content-'))
    }
    if (body && !(body instanceof Uint8Array))
      throw new AppError('upstream-failed', 'The upstream redirects a streamed body, which cannot be sent twice.')
    url = next
  }
}

function bodyOf({ body }: UpstreamCall): RequestBody {
  if (!body || body instanceof Uint8Array) return body
  return body.kind === 'bytes' ? body.bytes : body.kind === 'stream' ? body.stream : undefined
}

// A changed resource is a new object, so its URL can be cached with it.
const fixedUrls = new WeakMap<UpstreamCall['resource'], URL>()

/** Builds the upstream's URL. The merchant's query comes first, and the agent cannot set a name that is in it. */
function urlOf(call: UpstreamCall): URL {
  const { resource, params, query } = call
  if (query !== '' || Object.keys(params).length > 0) return makeUrl(call)
  const url = fixedUrls.get(resource) ?? makeUrl(call)
  fixedUrls.set(resource, url)
  return url
}

function makeUrl({ resource, params, query }: UpstreamCall): URL {
  const template = URL.canParse(resource.upstreamUrl) ? new URL(resource.upstreamUrl) : undefined
  if (!template || !/^https?:$/.test(template.protocol) || template.username || template.password)
    throw new AppError('upstream-refused', 'The upstream of this resource is not a plain http or https URL.')
  const url = new URL(template.origin)
  url.pathname = Route.fill(template.pathname, params)
  const own = Route.fill(template.search.slice(1), params)
  const fixed = new Set(new URLSearchParams(own).keys())
  const extra = query.split('&').filter((part) => part && !fixed.has([...new URLSearchParams(part).keys()][0] ?? ''))
  url.search = [own, ...extra].filter(Boolean).join('&')
  return url
}

function headersOf(call: UpstreamCall, secrets: ReadonlyMap<string, string>, paid: boolean): [string, string][] {
  const passed = forUpstream(call.headers, paid, secrets.keys())
  const lengthBytes = call.body && 'stream' in call.body ? call.body.lengthBytes : undefined
  if (lengthBytes !== undefined) passed.push(['content-length', String(lengthBytes)])
  return [...passed, ...secrets]
}

function openHeaders(resource: UpstreamCall['resource']): Map<string, string> {
  try {
    return new Map(
      resource.headers.map(({ name, sealed }) => [
        name.toLowerCase(),
        Sealed.open(sealed, Sealed.headerContext(resource.id, name)),
      ]),
    )
  } catch (cause) {
    log().error({ err: cause, resourceId: resource.id }, 'a secret header does not open')
    throw new AppError(
      'upstream-failed',
      'A secret header of this resource cannot be opened. The merchant has to set it again.',
      { cause },
    )
  }
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308
}

function isDelivered(status: number): boolean {
  return status < 300
}

/** Statuses that ask for a retry: too many requests, unavailable, timeout, too early (RFC 9110, 6585 and 8470). */
const retryStatuses = new Set([408, 425, 429, 503])
const retrySecondsDefault = 5

async function rejection(response: Reply, secrets: readonly string[]): Promise<AppError> {
  const status = response.statusCode
  const retryAfter = pairs(response.headers).find(([name]) => name.toLowerCase() === 'retry-after')?.[1]
  const seconds = status >= 400 ? RetryAfter.secondsIn(retryAfter, Date.now()) : undefined
  if (seconds !== undefined || retryStatuses.has(status)) {
    response.body.on('error', () => {}).destroy()
    return busy(status, seconds ?? retrySecondsDefault)
  }
  if (status < 400 || status >= 500) {
    response.body.on('error', () => {}).destroy()
    return new AppError('upstream-failed', `The upstream answered with status ${status}.`, {
      extra: { upstreamStatus: status },
    })
  }
  const upstreamBody = await excerpt(response, secrets)
  return new AppError('upstream-rejected', `The upstream refused the request with status ${status}.`, {
    extra: { upstreamStatus: status, ...(upstreamBody && { upstreamBody }) },
  })
}

function busy(upstreamStatus: number, retryAfterSeconds: number): AppError {
  const message = `The upstream answered with status ${upstreamStatus}, and may be asked again in ${retryAfterSeconds} seconds.`
  return new AppError('upstream-busy', message, {
    extra: { upstreamStatus, retryAfterSeconds },
    headers: { 'Retry-After': String(retryAfterSeconds) },
  })
}

/** Returns the body of a refusal if it is short text without any injected secret; else undefined. */
async function excerpt({ statusCode, headers, body }: Reply, secrets: readonly string[]): Promise<string | undefined> {
  body.on('error', () => {})
  const own = new Map(pairs(headers).map(([name, value]) => [name.toLowerCase(), value]))
  const readable = /^(text\/plain|application\/([\w.-]+\+)?json)\b/i.test(own.get('content-type') ?? '')
  if (!readable || own.has('content-encoding') || hiddenStatuses.has(statusCode)) {
    body.destroy()
    return undefined
  }
  const timer = setTimeout(() => body.destroy(), excerptMs)
  try {
    let text = Buffer.alloc(0)
    for await (const chunk of body) {
      text = Buffer.concat([text, chunk as Buffer])
      if (text.byteLength > excerptBytesMax) return undefined
    }
    const words = text.toString('utf8')
    return secrets.some((secret) => secret.length > 0 && words.includes(secret)) ? undefined : words
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
    body.destroy()
  }
}

function toUpstreamError(error: unknown, call: UpstreamCall, abort: Abort): AppError {
  if (error instanceof AppError) return error
  if (abort.aborted && abort.reason instanceof AppError) return abort.reason
  if (call.gone?.aborted)
    return new AppError('upstream-failed', 'The client went away before the answer began.', { cause: error })
  log().warn({ err: error, resourceId: call.resource.id }, 'upstream call failed')
  return new AppError('upstream-failed', 'The upstream could not be reached, or broke off before its answer began.', {
    cause: error,
  })
}

// `responseHeaders: 'raw'` gives one flat list, in which each repeated header has its own pair.
function pairs(raw: unknown): [string, string][] {
  const flat = raw as readonly string[]
  return Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index] ?? '', flat[2 * index + 1] ?? ''])
}

async function readUpTo(
  body: Readable,
  release: () => void,
  bytesMax: number,
): Promise<Uint8Array | ReadableStream<Uint8Array>> {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  const isWhole = await new Promise<boolean>((resolve, reject) => {
    let size = 0
    const settle = (outcome: () => void) => {
      body.off('data', onData).off('end', onEnd).off('error', onError)
      outcome()
    }
    const onData = (chunk: Uint8Array<ArrayBuffer>) => {
      chunks.push(chunk)
      size += chunk.byteLength
      if (size <= bytesMax) return
      body.pause()
      settle(() => resolve(false))
    }
    const onEnd = () => settle(() => resolve(true))
    const onError = (cause: Error) => {
      const message = 'The answer of the upstream broke off before it was complete.'
      settle(() => reject(new AppError('upstream-failed', message, { cause })))
    }
    body.on('data', onData).on('end', onEnd).on('error', onError)
  }).catch((error: unknown) => {
    release()
    throw error
  })
  if (!isWhole) return toWeb(body, release, chunks)
  release()
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}

/** Streams `held`, then the rest, only as fast as it is read. Cancelling destroys the upstream connection. */
function toWeb(
  body: Readable,
  release: () => void,
  held: Uint8Array<ArrayBuffer>[] = [],
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array<ArrayBuffer>>
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        try {
          const first = held.shift()
          if (first) return controller.enqueue(first)
          const { done, value } = await chunks.next()
          if (!done) return controller.enqueue(value)
          release()
          controller.close()
        } catch (error) {
          release()
          controller.error(error)
        }
      },
      cancel(reason) {
        release()
        body.on('error', () => {}).destroy(reason instanceof Error ? reason : undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

async function within<Value>(work: Promise<Value>, ms: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new AppError('upstream-failed', 'The answer of the upstream stopped before it was complete.')),
      Math.max(0, ms),
    )
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

function tooLargeToHold(heldBytesMax: number): AppError {
  return new AppError(
    'upstream-failed',
    `The answer is larger than the ${Math.floor(heldBytesMax / 1024 / 1024)} MiB that can be held until it is paid. The merchant has to mark this resource as streaming.`,
  )
}
