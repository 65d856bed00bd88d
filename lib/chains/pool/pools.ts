import { createHash } from 'node:crypto'
import type { Hex } from 'viem'
import { env } from '../../env'
import { Caip, type Caip2 } from '@/lib/money'
import { checkConfigured } from '../configured'
import * as RpcHealth from './RpcHealth'

/** One URL of a network with its health. */
export type RpcEndpoint = {
  url: string
  network: Caip2
  /** Host and a short digest of the whole URL, because paths often hold keys. */
  label: string
  /** It has named its chain id, and was not lost since. */
  isKnown: boolean
  health: RpcHealth.RpcHealth
}

/** The newest block seen in answers. */
export type SeenHead = {
  number: bigint
  hash: Hex
  /** By the chain's clock. */
  timestampMs: number
  /** Undefined where blocks have none. */
  baseFeePerGas: bigint | undefined
  seenAtMs: number
}

export type RpcPool = {
  network: Caip2
  /** In the configured order. */
  endpoints: readonly RpcEndpoint[]
  /** Takes transactions that must stay out of public pools. */
  private: RpcEndpoint | undefined
  head: SeenHead | undefined
  /** Accounts whose transaction count was read since the last inspection. */
  counted: Set<string>
}

// Next bundles its own copy of this module beside the plain listener's; both share one state.
const shared = globalThis as typeof globalThis & { sluicePools?: Map<Caip2, RpcPool> }
const pools = (shared.sluicePools ??= new Map())

/** @throws TypeError if the network is not served. */
export function poolOf(network: Caip2): RpcPool {
  return pools.get(network) ?? open(network)
}

/** The configured networks, in the environment's order. @throws TypeError as `checkConfigured`. */
export function served(): Caip2[] {
  return Object.keys(env.NETWORKS).map((key) => {
    const network = Caip.parse(key)
    checkConfigured(network)
    return network
  })
}

/** An endpoint's public name. */
export function labelUrl(url: string): string {
  return `${new URL(url).host} ${createHash('sha256').update(url).digest('hex').slice(0, 6)}`
}

/** Trusted endpoints, best first; all of them if none is trusted. */
export function inOrder({ endpoints }: RpcPool, kind: RpcHealth.RpcKind): readonly RpcEndpoint[] {
  const nowMs = performance.now()
  const honest = endpoints.filter(({ health }) => RpcHealth.stateOf(health, nowMs) !== 'lying')
  const scored = (honest.length > 0 ? honest : endpoints).map((endpoint) => ({
    endpoint,
    score: RpcHealth.score(endpoint.health, kind, nowMs),
  }))
  return scored.sort((one, other) => one.score - other.score).map(({ endpoint }) => endpoint)
}

function open(network: Caip2): RpcPool {
  const configured = env.NETWORKS[network]
  if (!configured) throw new TypeError(`This server is not configured for ${network}`)
  const endpoint = (url: string): RpcEndpoint => ({
    url,
    network,
    label: labelUrl(url),
    isKnown: false,
    health: RpcHealth.create(),
  })
  const { rpcUrls, privateRpcUrl } = configured
  const pool: RpcPool = {
    network,
    endpoints: rpcUrls.map(endpoint),
    // Private relays answer hardly any other call; the signature names the chain.
    private: privateRpcUrl === undefined ? undefined : { ...endpoint(privateRpcUrl), isKnown: true },
    head: undefined,
    counted: new Set(),
  }
  pools.set(network, pool)
  return pool
}
