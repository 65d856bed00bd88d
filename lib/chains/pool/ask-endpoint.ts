import type { Hex } from 'viem'
import { Caip } from '@/lib/money'
import { callRpc, RpcError, TransportError } from './call-rpc'
import * as RpcHealth from './RpcHealth'
import { poolOf, type RpcEndpoint } from './pools'

const checks = new WeakMap<RpcEndpoint, Promise<void>>()
const messageMax = 160

/**
 * One call to one endpoint, whose health it updates. Before the first call, and after a loss, the endpoint has to name
 * its network. `signal` aborts the call because another endpoint was faster.
 * @throws RpcError with the node's own error; TransportError if there is no usable answer, or it is from another chain.
 */
export async function askEndpoint<Result>(
  endpoint: RpcEndpoint,
  method: string,
  params: readonly unknown[],
  signal?: AbortSignal,
): Promise<Result> {
  if (!endpoint.isKnown) {
    await identify(endpoint)
    signal?.throwIfAborted()
  }
  const result = await measured<Result>(endpoint, method, params, signal)
  notice(endpoint, method, params, result)
  return result
}

async function measured<Result>(
  endpoint: RpcEndpoint,
  method: string,
  params: readonly unknown[],
  signal?: AbortSignal,
): Promise<Result> {
  const { health, url } = endpoint
  const kind = RpcHealth.kindOf(method)
  const startedMs = performance.now()
  RpcHealth.begin(health, startedMs)
  try {
    const result = await callRpc<Result>(url, method, params, signal)
    RpcHealth.answered(health, kind, performance.now() - startedMs)
    return result
  } catch (error) {
    const nowMs = performance.now()
    if (error instanceof RpcError) {
      health.refusals++
      RpcHealth.answered(health, kind, nowMs - startedMs)
    } else if (signal?.aborted) RpcHealth.outran(health, kind, nowMs - startedMs, nowMs)
    else {
      const { message, retryAfterMs } = error instanceof TransportError ? error : new TransportError(String(error))
      if (RpcHealth.failed(health, kind, withoutUrl(message, url), nowMs, retryAfterMs)) endpoint.isKnown = false
    }
    throw error
  }
}

/** Asks for its network, once for all waiting callers. */
function identify(endpoint: RpcEndpoint): Promise<void> {
  const pending = checks.get(endpoint) ?? check(endpoint).finally(() => checks.delete(endpoint))
  checks.set(endpoint, pending)
  return pending
}

async function check(endpoint: RpcEndpoint): Promise<void> {
  const { network, health } = endpoint
  const served = Caip.isSolana(network)
    ? Caip.fromGenesis(await measured<string>(endpoint, 'getGenesisHash', []))
    : Caip.fromChainId(Number(await measured<Hex>(endpoint, 'eth_chainId', [])))
  if (served === network) {
    endpoint.isKnown = true
    return
  }
  const reason = `It serves ${served}, not ${network}.`
  RpcHealth.distrust(health, reason, performance.now())
  throw new TransportError(reason)
}

type Block = { number: Hex; hash: Hex; timestamp: Hex; baseFeePerGas?: Hex }

/** Remembers heads from answers. */
function notice(endpoint: RpcEndpoint, method: string, params: readonly unknown[], result: unknown): void {
  if (method !== 'eth_getBlockByNumber' || params[0] !== 'latest' || !result) return
  const { number, hash, timestamp, baseFeePerGas } = result as Block
  const seenAtMs = performance.now()
  const head = BigInt(number)
  RpcHealth.sawHead(endpoint.health, head, seenAtMs)
  poolOf(endpoint.network).head = {
    number: head,
    hash,
    timestampMs: Number(BigInt(timestamp)) * 1000,
    baseFeePerGas: baseFeePerGas === undefined ? undefined : BigInt(baseFeePerGas),
    seenAtMs,
  }
}

function withoutUrl(message: string, url: string): string {
  const { host, pathname, search } = new URL(url)
  const secret = `${pathname}${search}`
  const bare = message.replaceAll(url, host)
  return (secret.length > 1 ? bare.replaceAll(secret, '/…') : bare).slice(0, messageMax)
}
