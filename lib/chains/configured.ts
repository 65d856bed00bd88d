import { env } from '../env'
import { Caip, type Caip2 } from '@/lib/money'
import type { EvmChain } from './ChainFacts'
import { chains } from './registry'

type Settings = (typeof env.NETWORKS)[string]

/** The settings that describe a network; its endpoints are separate. */
const required = ['name', 'asset', 'finality', 'blockTimeMs'] as const
const optional = ['explorer', 'gasSymbol', 'minTipWei', 'testnet'] as const

const cached = new Map<string, EvmChain>()

/**
 * An EVM chain outside the registry, as NETWORKS describes it; undefined if it does not.
 * @throws TypeError naming the setting, if the description is incomplete.
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

/** @throws TypeError if NETWORKS describes a network of the registry, or one that Sluice cannot serve. */
export function checkConfigured(network: Caip2): void {
  const settings = env.NETWORKS[network]
  const isKnown = chains.some((chain) => chain.network === network)
  const described = settings && [...required, ...optional].find((field) => settings[field] !== undefined)
  if (isKnown && described)
    throw new TypeError(`NETWORKS.${network}.${described}: Sluice knows this network, leave it out`)
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
