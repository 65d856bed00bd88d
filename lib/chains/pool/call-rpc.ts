import { Agent, request } from 'undici'
import { kindOf } from './RpcHealth'

/** The node answered with an error. */
export class RpcError extends Error {
  override readonly name = 'RpcError'
  readonly code: number
  readonly data: unknown

  constructor(code: number, message: string, data?: unknown) {
    super(message)
    this.code = code
    this.data = data
  }
}

/** No usable answer: no connection, timeout, rate limit, no JSON. Says nothing about what the node did. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  /** Set if the endpoint is rate limiting: how long to wait. */
  readonly retryAfterMs: number | undefined

  constructor(message: string, options?: ErrorOptions & { retryAfterMs?: number }) {
    super(message, options)
    this.retryAfterMs = options?.retryAfterMs
  }
}

const readTimeoutMs = 5_000
const sendTimeoutMs = 10_000
const retryAfterDefaultMs = 1_000
// Rate limits and overload are also sent as JSON-RPC errors, and say as little about the call as a lost connection.
const overloadCodes = new Set([429, -32005, -32007, -32016, -32097])

const agent = new Agent({ connections: 64, keepAliveTimeout: 20_000, connectTimeout: readTimeoutMs })
let nextId = 0

/**
 * One JSON-RPC call to one endpoint: 5 s, or 10 s for a send. `signal` aborts it earlier.
 * @throws RpcError if the node answered with an error; TransportError if there is no usable answer.
 */
export async function callRpc<Result>(
  url: string,
  method: string,
  params: readonly unknown[],
  signal?: AbortSignal,
): Promise<Result> {
  const timeout = AbortSignal.timeout(kindOf(method) === 'send' ? sendTimeoutMs : readTimeoutMs)
  const body = JSON.stringify({ jsonrpc: '2.0', id: ++nextId, method, params })
  const { status, retryAfter, text } = await post(url, body, signal ? AbortSignal.any([signal, timeout]) : timeout)
  const answer = parse(text)
  if (answer?.error) {
    const { code = 0, message = 'unnamed error', data } = answer.error
    if (status === 429 || overloadCodes.has(code)) throw limited(message, retryAfter)
    throw new RpcError(code, message, data)
  }
  if (status === 429) throw limited('HTTP 429', retryAfter)
  if (answer === undefined || answer.result === undefined) throw new TransportError(`HTTP ${status} without a result`)
  return answer.result as Result
}

type Posted = { status: number; retryAfter: string | undefined; text: string }

async function post(url: string, body: string, signal: AbortSignal): Promise<Posted> {
  try {
    const response = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      dispatcher: agent,
      signal,
    })
    const retryAfter = response.headers['retry-after']
    return {
      status: response.statusCode,
      retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
      text: await response.body.text(),
    }
  } catch (error) {
    throw new TransportError(error instanceof Error ? error.message : 'no connection', { cause: error })
  }
}

/** Retry-After is a number of seconds or a date. */
function limited(message: string, retryAfter: string | undefined): TransportError {
  const seconds = Number(retryAfter ?? NaN)
  const waitMs = Number.isNaN(seconds) ? Date.parse(retryAfter ?? '') - Date.now() : seconds * 1000
  return new TransportError(message, { retryAfterMs: waitMs > 0 ? waitMs : retryAfterDefaultMs })
}

type Answer = { result?: unknown; error?: { code?: number; message?: string; data?: unknown } }

function parse(text: string): Answer | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
