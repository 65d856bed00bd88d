import { MemberScope } from '@/lib/auth'
import { AppError, toAppError } from '@/lib/errors'
import { InferredSchema, JsonSchema, loadMerchantResources, type Resource } from '@/lib/merchants'
import type * as Route from './Route'
import * as Upstream from './Upstream'

/** One request for an upstream, as an agent could send it. */
export type UpstreamTrialInput = {
  method: string
  upstreamUrl: string
  /** Values of the `:name`s in the address. */
  params: Route.PathParams
  /** JSON, for methods with a body; empty: none. */
  body: string
  /** The resource whose secret headers are added; undefined for a new one. */
  resource?: { merchantSlug: string; id: string } | undefined
}

/** How an upstream answered. */
export type UpstreamTrial = {
  /** HTTP status; null if no answer began. */
  status: number | null
  /** Why there is no answer, in a sentence; null if there is one. */
  fault: string | null
  /** Until the headers arrived. */
  ms: number
  mediaType: string
  /** The first characters of the body; empty if it is not text. */
  excerpt: string
  /** The size of the body; null if it is larger than what was read. */
  bytes: number | null
  /** The whole body as JSON, with a schema that describes it; null if it is no small JSON of a successful answer. */
  sample: { example: string; schema: string } | null
}

const timeoutMs = 15_000
const bytesMax = 64 * 1024
const excerptLength = 2_000
const sampleLength = 8_000

/**
 * Calls an upstream once, by the same way as for a paid request: same address checks, redirects and secret headers. Stores
 * nothing. Whatever the upstream does is part of the result.
 * @throws AppError not-allowed; not-found for a resource of another merchant
 */
export async function tryUpstream(
  scope: MemberScope.MemberScope,
  { method, upstreamUrl, params, body, resource }: UpstreamTrialInput,
): Promise<UpstreamTrial> {
  MemberScope.assertMay(scope, scope.merchantId, 'sell')
  const headers = resource ? await findHeaders(scope, resource) : []
  const startedAtMs = performance.now()
  const since = () => Math.round(performance.now() - startedAtMs)
  try {
    const answer = await Upstream.send({
      resource: { id: resource?.id ?? '', upstreamUrl, timeoutMs, headers },
      params,
      query: '',
      method,
      headers: new Headers({
        accept: '*/*',
        'accept-encoding': 'identity',
        ...(body !== '' && { 'content-type': 'application/json' }),
      }),
      ...(body !== '' && { body: new TextEncoder().encode(body) }),
      paid: false,
      keepsFailures: true,
    })
    const ms = since()
    const contentType = answer.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
    const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
    const read = await answer.readUpTo(bytesMax)
    const isWhole = read instanceof Uint8Array
    const start = isWhole ? read : await readStart(read)
    const text = isText(mediaType) ? new TextDecoder().decode(start) : ''
    const isSample = isWhole && answer.status < 300 && text.length <= sampleLength
    return {
      ...{ status: answer.status, fault: null, ms, mediaType, excerpt: text.slice(0, excerptLength) },
      bytes: isWhole ? read.byteLength : null,
      sample: isSample ? toSample(text) : null,
    }
  } catch (error) {
    return {
      ...{ status: null, fault: faultOf(error, upstreamUrl), ms: since(), mediaType: '', excerpt: '' },
      ...{ bytes: null, sample: null },
    }
  }
}

async function findHeaders(
  { merchantId, operator }: MemberScope.MemberScope,
  { merchantSlug, id }: { merchantSlug: string; id: string },
): Promise<Resource['headers']> {
  const merchant = await loadMerchantResources(merchantSlug)
  const found = merchant?.resources.find((one) => one.id === id)
  if (!found || !(operator || found.merchantId === merchantId))
    throw new AppError('not-found', 'There is no such resource.')
  return found.headers
}

/** The first chunk of a body that is too large to be read whole. */
async function readStart(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const reader = stream.getReader()
  const { value } = await reader.read()
  void reader.cancel().catch(() => {})
  return value?.subarray(0, bytesMax) ?? new Uint8Array()
}

function isText(mediaType: string): boolean {
  return mediaType === '' || /^text\/|json|xml|javascript|x-www-form-urlencoded/.test(mediaType)
}

function toSample(text: string): UpstreamTrial['sample'] {
  try {
    const value = JSON.parse(text) as JsonSchema.Json
    if (!JsonSchema.isSmall(value)) return null
    return {
      example: JSON.stringify(value, null, 2),
      schema: JSON.stringify(InferredSchema.from(value), null, 2),
    }
  } catch {
    return null
  }
}

/** The causes that a person can mend, by their system code; every other error has its own sentence. */
const sentences: Record<string, string> = {
  ENOTFOUND: 'This name does not exist in DNS. Check its spelling.',
  EAI_AGAIN: 'DNS does not answer for this name now. Try again.',
  ECONNREFUSED: 'Nothing listens at this address and port.',
  ECONNRESET: 'The server closed the connection before it answered.',
  CERT_HAS_EXPIRED: 'The certificate of this server has expired.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate of this server is self-signed.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate of this server is for another name.',
}

function faultOf(error: unknown, upstreamUrl: string): string {
  const known = toAppError(error)
  const code = codeOf(known.cause)
  if (code !== undefined && sentences[code]) return sentences[code]
  if (known.code === 'upstream-timeout')
    return `${URL.canParse(upstreamUrl) ? new URL(upstreamUrl).host : 'The server'} did not answer within ${timeoutMs / 1000} s.`
  return known.message
}

function codeOf(cause: unknown): string | undefined {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : undefined
}
