import type { Asset, Caip2 } from '@/lib/money'
import { chains } from './registry'

/** A network that Sluice knows, as data. Endpoints come from the environment (`clients.ts`). */
export type Chain = {
  network: Caip2
  chainId: number
  name: string
  /** Name that x402 v1 uses instead of CAIP-2. */
  v1Name?: string
  testnet: boolean
  /** Usual time between blocks. */
  blockTimeMs: number
  /** tempo: type 0x76 transactions, fees in TIP-20 tokens, no native transfers. */
  family: 'evm' | 'tempo'
  /** What gas is paid in, in units of 10^18 base units. */
  gasSymbol: string
  /** A transaction also pays for its bytes on the chain below; absent where gas covers everything. */
  l1Fee?: 'op-stack'
  /** Lowest priority fee that its block producers take, in wei per gas. */
  minTipWei: bigint
  /** Depth after which a block counts as safe / final where the chain answers no such tags. */
  safeDepth: number
  finalDepth: number
  /** Block explorer, without a trailing slash; absent on local chains. */
  explorer?: string
  /** Tokens that are sold for; the first is the default. */
  assets: readonly [Asset, ...Asset[]]
}

/** @throws TypeError when the network is not in the registry. */
export function get(network: Caip2): Chain {
  const chain = chains.find((candidate) => candidate.network === network)
  if (!chain) throw new TypeError(`Sluice does not know the network ${network}`)
  return chain
}

/** The registry's token with this address, whatever its case. */
export function findAsset(network: Caip2, address: string): Asset | undefined {
  const wanted = address.toLowerCase()
  return chains
    .find((chain) => chain.network === network)
    ?.assets.find((asset) => asset.address.toLowerCase() === wanted)
}
