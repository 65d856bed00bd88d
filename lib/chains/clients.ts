import { createPublicClient, defineChain, fallback, http, type Chain as ViemChain, type PublicClient } from 'viem'
import { env } from '../env'
import { Caip, type Caip2 } from '@/lib/money'
import { get } from './Chain'
import * as Multicall3 from './Multicall3'

const timeoutMs = 5_000
const localHosts = new Set(['127.0.0.1', 'localhost', '[::1]'])

type Clients = { all: readonly PublicClient[]; fallback: PublicClient }

const cached = new Map<Caip2, Clients>()

/**
 * Networks that this server is configured for, in the environment's order.
 * @throws TypeError when one of them is not in the registry.
 */
export function servedNetworks(): Caip2[] {
  return Object.keys(env.NETWORKS).map((key) => get(Caip.parse(key)).network)
}

/** True when every endpoint of the network is on this machine: then polling is cheap and blocks come at once. */
export function isLocal(network: Caip2): boolean {
  const urls = env.NETWORKS[network]?.rpcUrls ?? []
  return urls.length > 0 && urls.every((url) => localHosts.has(new URL(url).hostname))
}

/**
 * viem client that reads from the endpoints in their configured order. For reads only: what is sent goes through `sendRaw`.
 * @throws TypeError when the network is not served.
 */
export function chainClient(network: Caip2): PublicClient {
  return clientsOf(network).fallback
}

/** One viem client for each endpoint, for reads that must agree. */
export function clients(network: Caip2): readonly PublicClient[] {
  return clientsOf(network).all
}

function clientsOf(network: Caip2): Clients {
  const known = cached.get(network)
  if (known) return known
  const urls = env.NETWORKS[network]?.rpcUrls
  if (!urls) throw new TypeError(`This server is not configured for ${network}`)
  const chain = viemChain(network, urls)
  const pollingInterval = isLocal(network) ? 50 : Math.max(250, get(network).blockTimeMs / 4)
  const transports = urls.map((url) => http(url, { timeout: timeoutMs, retryCount: 0 }))
  const made = {
    all: transports.map((transport) => createPublicClient({ chain, transport, pollingInterval })),
    fallback: createPublicClient({ chain, transport: fallback(transports, { retryCount: 0 }), pollingInterval }),
  }
  cached.set(network, made)
  return made
}

function viemChain(network: Caip2, urls: readonly string[]): ViemChain {
  const { chainId, name, gasSymbol } = get(network)
  return defineChain({
    id: chainId,
    name,
    nativeCurrency: { name: gasSymbol, symbol: gasSymbol, decimals: 18 },
    rpcUrls: { default: { http: urls } },
    contracts: { multicall3: { address: Multicall3.address } },
  })
}
