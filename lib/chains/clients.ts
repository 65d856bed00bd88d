import { createPublicClient, custom, defineChain, type Chain as ViemChain, type PublicClient } from 'viem'
import { env } from '../env'
import { Caip, type Caip2 } from '@/lib/money'
import { evm } from './Chain'
import * as Multicall3 from './Multicall3'
import { served } from './pool/pools'
import { readRpc } from './rpc'

const localHosts = new Set(['127.0.0.1', 'localhost', '[::1]'])

type Request = { method: string; params?: readonly unknown[] }

const cached = new Map<Caip2, PublicClient>()

/**
 * The configured networks, in the environment's order.
 * @throws TypeError if Sluice does not know one, or the environment describes it wrongly.
 */
export function servedNetworks(): Caip2[] {
  return served()
}

/** The configured EVM networks. Throws as `servedNetworks`. */
export function servedEvmNetworks(): Caip2[] {
  return served().filter((network) => !Caip.isSolana(network))
}

/** True if the network has an endpoint that keeps transactions out of the public pool. */
export function hasPrivateEndpoint(network: Caip2): boolean {
  return env.NETWORKS[network]?.privateRpcUrl !== undefined
}

/** True if every endpoint of the network is on this machine: then polling is cheap and blocks come at once. */
export function isLocal(network: Caip2): boolean {
  const urls = env.NETWORKS[network]?.rpcUrls ?? []
  return urls.length > 0 && urls.every((url) => localHosts.has(new URL(url).hostname))
}

/**
 * A viem client that reads by `readRpc`. Only for reads: send by `sendRaw`.
 * @throws TypeError if the network is not served, or is no EVM chain.
 */
export function chainClient(network: Caip2): PublicClient {
  const known = cached.get(network)
  if (known) return known
  const urls = env.NETWORKS[network]?.rpcUrls
  if (!urls) throw new TypeError(`This server is not configured for ${network}`)
  const made = createPublicClient({
    chain: viemChain(network, urls),
    transport: custom(
      { request: ({ method, params }: Request) => readRpc<unknown>(network, method, params ?? []) },
      { retryCount: 0 },
    ),
    pollingInterval: isLocal(network) ? 50 : Math.max(250, evm(network).blockTimeMs / 4),
  })
  cached.set(network, made)
  return made
}

function viemChain(network: Caip2, urls: readonly string[]): ViemChain {
  const { chainId, name, gasSymbol } = evm(network)
  return defineChain({
    id: chainId,
    name,
    nativeCurrency: { name: gasSymbol, symbol: gasSymbol, decimals: 18 },
    rpcUrls: { default: { http: urls } },
    contracts: { multicall3: { address: Multicall3.address } },
  })
}
