import { createHash } from 'node:crypto'
import type { Hex } from 'viem'
import { env } from '../../env'
import { Caip, type Caip2 } from '@/lib/money'
import { checkConfigured } from '../configured'
import * as RpcHealth from './RpcHealth'

/** One URL of a network, and how it does. */
export type RpcEndpoint = {
  url: string
  network: Caip2
  /** Host and a short digest of the whole URL: paths often hold keys. */
  label: string
  /** It has told its chain id, and has not been lost since. */
  isKnown: boolean
  health: RpcHealth.RpcHealth
}

/** The newest block that was seen in passing. */
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
  /** Takes transactions that no public pool may see. */
  private: RpcEndpoint | undefined
  head: SeenHead | undefined
  /** Accounts whose transaction count was asked for since the last inspection. */
  counted: Set<string>
}

// Next bundles its own copy of this module beside the plain listener's: one view a process all the same.
const shared = globalThis as typeof globalThis & { sluicePools?: Map<Caip2, RpcPool> }
const pools = (shared.sluicePools ??= new Map())

/** @throws TypeError when the network is not served. */
export function poolOf(network: Caip2): RpcPool {
  return pools.get(network) ?? open(network)
}

/** The networks that this server is configured for, in the environment's order. @throws TypeError as `checkConfigured`. */
export function served(): Caip2[] {
  return Object.keys(env.NETWORKS).map((key) => {
    const network = Caip.parse(key)
    checkConfigured(network)
    return network
  })
}

/** What an endpoint is called wherever it is shown. */
export function labelUrl(url: string): string {
  return `${new URL(url).host} ${createHash('sha256').update(url).digest('hex').slice(0, 6)}`
}

/** Those that are believed, best first; all of them when none is. */
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
    // Relays answer little else than what is sent; the signature names the chain.
    private: privateRpcUrl === undefined ? undefined : { ...endpoint(privateRpcUrl), isKnown: true },
    head: undefined,
    counted: new Set(),
  }
  pools.set(network, pool)
  return pool
}
