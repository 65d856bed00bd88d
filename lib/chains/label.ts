import { env } from '../env'
import { Caip, Rail, type Caip2 } from '@/lib/money'
import { find, findAsset } from './Chain'
import { isLocal } from './clients'
import { servedRails } from './served-rails'

/** A network's name and properties, for pages. */
export type NetworkLabel = {
  network: string
  name: string
  gasSymbol: string
  /** 18 for wei, 9 for lamports. */
  gasDecimals: number
  testnet: boolean
  /** Every endpoint is on this machine, so its money is worthless. */
  local: boolean
  /** Block explorer without a trailing slash; null on a local chain. */
  explorer: string | null
}

/** A token's name and properties, for pages. */
export type TokenLabel = {
  address: string
  symbol: string
  decimals: number
  /** The coin that it is a part of, if it is no dollar. */
  coin?: string
}

/** Never throws: old rows may outlive the registry's row. */
export function labelNetwork(network: string): NetworkLabel {
  const chain = find(network)
  const local = isLocal(network as Caip2)
  return {
    network,
    name: chain?.name ?? Rail.nameOf(network) ?? network,
    gasSymbol: chain?.gasSymbol ?? '',
    gasDecimals: chain?.gasDecimals ?? 18,
    testnet: chain?.testnet ?? false,
    local,
    // A local chain may use a public network's id. The public explorer would show another transaction, or none.
    explorer: chain?.explorer && !local ? chain.explorer : null,
  }
}

/** Never throws. An unknown token is shown in base units. */
export function labelToken(network: string, address: string): TokenLabel {
  const asset = findAsset(network as Caip2, address)
  return asset
    ? {
        address: asset.address,
        symbol: asset.symbol,
        decimals: asset.decimals,
        ...(asset.coin !== undefined && { coin: asset.coin }),
      }
    : { address, symbol: 'base units', decimals: 0 }
}

/** Labels of all configured chains, in the environment's order. */
export function labelServed(): NetworkLabel[] {
  return Object.keys(env.NETWORKS).map((network) => labelNetwork(Caip.parse(network)))
}

/** Labels of everything that money comes by here: the configured chains, then the other rails. */
export function labelPaying(): NetworkLabel[] {
  return [...labelServed(), ...servedRails().map(labelNetwork)]
}
