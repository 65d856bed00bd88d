import { createHash } from 'node:crypto'
import type { Hex } from 'viem'
import { env } from '../../env'
import { Caip, type Caip2 } from '@/lib/money'
import { checkConfigured } from '../configured'
import * as Health from './Health'

/** One URL of a network, and how it does. */
export type Endpoint = {
  url: string
  network: Caip2
  /** Host and a short digest of the whole URL: paths often hold keys. */
  label: string
  /** It has told its chain id, and has not been lost since. */
  isKnown: boolean
  health: Health.Health
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

export type Pool = {
  network: Caip2
  /** In the configured order. */
  endpoints: readonly Endpoint[]
  /** Takes transactions that no public pool may see. */
  private: Endpoint | undefined
  head: SeenHead | undefined
  /** Accounts whose transaction count was asked for since the last inspection. */
  counted: Set<string>
}

// Next bundles its own copy of this module beside the plain listener's: one view a process all the same.
const shared = globalThis as typeof globalThis & { sluicePools?: Map<Caip2, Pool> }
const pools = (shared.sluicePools ??= new Map())

/** @throws TypeError when the network is not served. */
export function poolOf(network: Caip2): Pool {
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
export function inOrder({ endpoints }: Pool, kind: Health.Kind): readonly Endpoint[] {
  const nowMs = performance.now()
  const honest = endpoints.filter(({ health }) => Health.stateOf(health, nowMs) !== 'lying')
  const scored = (honest.length > 0 ? honest : endpoints).map((endpoint) => ({
    endpoint,
    score: Health.score(endpoint.health, kind, nowMs),
  }))
  return scored.sort((one, other) => one.score - other.score).map(({ endpoint }) => endpoint)
}

function open(network: Caip2): Pool {
  const configured = env.NETWORKS[network]
  if (!configured) throw new TypeError(`This server is not configured for ${network}`)
  const endpoint = (url: string): Endpoint => ({
    url,
    network,
    label: labelUrl(url),
    isKnown: false,
    health: Health.create(),
  })
  const { rpcUrls, privateRpcUrl } = configured
  const pool: Pool = {
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
