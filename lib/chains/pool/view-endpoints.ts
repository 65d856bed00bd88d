import type { Caip2 } from '@/lib/money'
import * as RpcHealth from './RpcHealth'
import { labelUrl, poolOf, type RpcEndpoint, type SeenHead } from './pools'
import { env } from '../../env'

/** An endpoint as this process sees it. */
export type RpcEndpointView = {
  /** Host and a short digest of the whole URL. */
  label: string
  state: RpcHealth.RpcState
  /** Average of reads, or of sends if there were no reads, ms. */
  latencyMs: number
  /** Moving share of calls without a usable answer, 0 to 1, for the worst kind of call. */
  errorRate: number
  head: bigint | undefined
  /** Blocks behind the best endpoint. */
  lag: number | undefined
  calls: number
  errors: number
  refusals: number
  lastError: { message: string; agoMs: number } | undefined
  /** Why it is distrusted now. */
  dishonest: string | undefined
}

/** The network's endpoints in their configured order, the private one last. @throws TypeError if it is not served. */
export function viewEndpoints(network: Caip2): RpcEndpointView[] {
  const pool = poolOf(network)
  const nowMs = performance.now()
  return [...pool.endpoints, ...(pool.private ? [pool.private] : [])].map((endpoint) => view(endpoint, nowMs))
}

/** Names of the network's endpoints, whether or not this process has used them, the private one last. */
export function labelEndpoints(network: Caip2): { label: string; isPrivate: boolean }[] {
  const { rpcUrls = [], privateRpcUrl } = env.NETWORKS[network] ?? {}
  const labels = rpcUrls.map((url) => ({ label: labelUrl(url), isPrivate: false }))
  return privateRpcUrl === undefined ? labels : [...labels, { label: labelUrl(privateRpcUrl), isPrivate: true }]
}

/** The newest block that this process saw, and its age. */
export function lastHead(network: Caip2): (Omit<SeenHead, 'seenAtMs'> & { ageMs: number }) | undefined {
  const { head } = poolOf(network)
  if (!head) return undefined
  const { seenAtMs, ...block } = head
  return { ...block, ageMs: performance.now() - seenAtMs }
}

function view({ label, health }: RpcEndpoint, nowMs: number): RpcEndpointView {
  const { paces, head, lag, calls, errors, refusals, lastError, distrust } = health
  const state = RpcHealth.stateOf(health, nowMs)
  return {
    label,
    state,
    latencyMs: paces.read.samples > 0 ? paces.read.latencyMs : paces.send.latencyMs,
    errorRate: Math.max(...RpcHealth.kinds.map((kind) => paces[kind].errorRate)),
    head,
    lag,
    calls,
    errors,
    refusals,
    lastError: lastError && { message: lastError.message, agoMs: nowMs - lastError.atMs },
    dishonest: state === 'lying' ? distrust?.reason : undefined,
  }
}
