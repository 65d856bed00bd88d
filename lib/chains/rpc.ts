import { Agent, request } from 'undici'
import { env } from '../env'
import type { Caip2 } from '@/lib/money'

/** The node answered, and the answer is an error. */
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

/** No usable answer: not connected, timed out, rate limited, not JSON. Says nothing about what the node did. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
}

const timeoutMs = 5_000
const pauseMs = 3_000
// Rate limits and overload come as JSON-RPC errors too, and say as little about the call as a lost connection.
const overloadCodes = new Set([429, -32005, -32007, -32016, -32097])
// Another node may well answer what this one cannot.
const nodeFaultCodes = new Set([-32601, -32603])

const agent = new Agent({ connections: 64, keepAliveTimeout: 20_000, connectTimeout: timeoutMs })
const pausedUntilMs = new Map<string, number>()
let nextId = 0

/**
 * One JSON-RPC call to one endpoint.
 * @throws RpcError when the node answered with an error; TransportError when there is no usable answer.
 */
export async function callRpc<Result>(url: string, method: string, params: readonly unknown[]): Promise<Result> {
  const { status, text } = await post(url, JSON.stringify({ jsonrpc: '2.0', id: ++nextId, method, params }))
  const answer = parse(text)
  if (answer?.error) {
    const { code = 0, message = 'unnamed error', data } = answer.error
    if (status === 429 || overloadCodes.has(code)) throw new TransportError(message)
    throw new RpcError(code, message, data)
  }
  if (answer === undefined || answer.result === undefined) throw new TransportError(`HTTP ${status} without a result`)
  return answer.result as Result
}

/**
 * A read: the network's endpoints in their configured order until one answers. An endpoint that gave no
 * answer goes to the end of the line for three seconds, so that a hanging one costs its timeout only once.
 * @throws RpcError with the node's own error; TransportError when no endpoint answered.
 */
export async function readRpc<Result>(network: Caip2, method: string, params: readonly unknown[]): Promise<Result> {
  let last: unknown
  for (const url of orderedUrls(network)) {
    try {
      return await callRpc<Result>(url, method, params)
    } catch (error) {
      last = error
      if (error instanceof TransportError) pause(url)
      else if (!(error instanceof RpcError) || !nodeFaultCodes.has(error.code)) throw error
    }
  }
  throw last
}

/** The network's endpoints, those that just failed last. */
export function orderedUrls(network: Caip2): readonly string[] {
  const urls = env.NETWORKS[network]?.rpcUrls
  if (!urls) throw new TypeError(`This server is not configured for ${network}`)
  if (urls.length === 1) return urls
  const nowMs = Date.now()
  const isPaused = (url: string) => Number((pausedUntilMs.get(url) ?? 0) > nowMs)
  return [...urls].sort((one, other) => isPaused(one) - isPaused(other))
}

/** Moves an endpoint to the end of the line for a while. */
export function pause(url: string): void {
  pausedUntilMs.set(url, Date.now() + pauseMs)
}

async function post(url: string, body: string): Promise<{ status: number; text: string }> {
  try {
    const response = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      dispatcher: agent,
      signal: AbortSignal.timeout(timeoutMs),
    })
    return { status: response.statusCode, text: await response.body.text() }
  } catch (error) {
    throw new TransportError(error instanceof Error ? error.message : 'no connection', { cause: error })
  }
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
