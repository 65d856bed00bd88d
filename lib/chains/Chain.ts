import { Rail, type Asset, type Caip2 } from '@/lib/money'
import { configured } from './configured'
import { chains } from './registry'
import type { Chain, EvmChain } from './ChainFacts'

export type { Chain, EvmChain, SvmChain } from './ChainFacts'

/** A registry row, or a network that the environment describes. */
export function find(network: string): Chain | undefined {
  return chains.find((chain) => chain.network === network) ?? configured(network)
}

/** @throws TypeError if Sluice does not know the network. */
export function get(network: Caip2): Chain {
  const chain = find(network)
  if (!chain) throw new TypeError(`Sluice does not know the network ${network}`)
  return chain
}

/** @throws TypeError if Sluice does not know it, or it is no EVM chain. */
export function evm(network: Caip2): EvmChain {
  const chain = get(network)
  if (chain.family === 'svm') throw new TypeError(`${network} is no EVM chain`)
  return chain
}

/** The network's token with this address, in any case on EVM chains; the unit of a rail. */
export function findAsset(network: Caip2, address: string): Asset | undefined {
  if (Rail.kindOf(network)) return Rail.assetsOf(network).find((asset) => asset.address === address)
  const chain = find(network)
  if (!chain) return undefined
  if (chain.family === 'svm') return chain.assets.find((asset) => asset.address === address)
  const lowerCase = address.toLowerCase()
  return chain.assets.find((asset) => asset.address.toLowerCase() === lowerCase)
}

/** As `findAsset`, if the token stands for dollars: only such amounts add up to dollars. */
export function findDollar(network: Caip2, address: string): Asset | undefined {
  const asset = findAsset(network, address)
  return asset?.coin === undefined ? asset : undefined
}
