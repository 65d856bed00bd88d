import { env } from '../env'
import { Caip, type Caip2 } from '@/lib/money'
import type { EvmChain } from './ChainFacts'
import { chains } from './registry'

type Settings = (typeof env.NETWORKS)[string]

/** What describes a network, beside where it is reached. */
const required = ['name', 'asset', 'finality', 'blockTimeMs'] as const
const optional = ['explorer', 'gasSymbol', 'minTipWei', 'testnet'] as const

const cached = new Map<string, EvmChain>()

/**
 * An EVM chain that the registry does not know, as NETWORKS describes it; undefined when that does not name it.
 * @throws TypeError that names the setting, when what describes it is not all there.
 */
export function configured(network: string): EvmChain | undefined {
  const known = cached.get(network)
  if (known) return known
  const settings = env.NETWORKS[network]
  if (!settings || chains.some((chain) => chain.network === network)) return undefined
  const made = describe(network as Caip2, settings)
  cached.set(network, made)
  return made
}

/** @throws TypeError when NETWORKS describes a network that the registry knows, or one that Sluice cannot serve. */
export function checkConfigured(network: Caip2): void {
  const settings = env.NETWORKS[network]
  const isKnown = chains.some((chain) => chain.network === network)
  const told = settings && [...required, ...optional].find((field) => settings[field] !== undefined)
  if (isKnown && told) throw new TypeError(`NETWORKS.${network}.${told}: Sluice knows this network, leave it out`)
  if (!isKnown) configured(network)
}

function describe(network: Caip2, settings: Settings): EvmChain {
  if (Caip.isSolana(network)) throw new TypeError(`NETWORKS.${network}: Sluice does not know this Solana cluster`)
  const { name, asset, finality, blockTimeMs, explorer } = settings
  if (!name || !asset || !finality || blockTimeMs === undefined) {
    const missing = required.find((field) => settings[field] === undefined)
    throw new TypeError(`NETWORKS.${network}.${missing}: is missing, and Sluice does not know this network`)
  }
  const { address, symbol, decimals, eip712 } = asset
  return {
    network,
    chainId: Caip.toChainId(network),
    name,
    testnet: settings.testnet ?? false,
    blockTimeMs,
    family: 'evm',
    gasSymbol: settings.gasSymbol ?? 'ETH',
    gasDecimals: 18,
    minTipWei: settings.minTipWei ?? 1n,
    ...finality,
    ...(explorer !== undefined && { explorer }),
    assets: [{ network, address: address as `0x${string}`, symbol, decimals, ...(eip712 && { eip712 }) }],
  }
}
