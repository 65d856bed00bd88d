import type { Asset, Caip2, EvmAsset } from '@/lib/money'
import type { EscrowKind } from './EscrowEvent'

/** A known network, as data. Its endpoints come from the environment (`clients.ts`). */
export type Chain = EvmChain | SvmChain

type Common = {
  network: Caip2
  name: string
  /** The name that x402 v1 uses instead of CAIP-2. */
  v1Name?: string
  testnet: boolean
  /** Usual time between blocks. */
  blockTimeMs: number
  /** The coin that pays fees. */
  gasSymbol: string
  /** Its decimals: 18 for wei, 9 for lamports. */
  gasDecimals: number
  /** Block explorer, without a trailing slash; a query is appended to each page's path. Absent on local chains. */
  explorer?: string
}

export type EvmChain = Common & {
  /** tempo: type 0x76 transactions, fees in TIP-20 tokens, no native transfers. */
  family: 'evm' | 'tempo'
  chainId: number
  /** A transaction also pays for its bytes on the chain below; absent if gas covers everything. */
  l1Fee?: 'op-stack'
  /** Lowest priority fee that its block producers take, in wei per gas. */
  minTipWei: bigint
  /** The contract that holds channels' deposits; absent if there is none. */
  channels?: EscrowKind
  /** Depth at which a block counts as safe / final if the chain has no such tags. */
  safeDepth: number
  finalDepth: number
  /** Accepted tokens; the first is the default. */
  assets: readonly [EvmAsset, ...EvmAsset[]]
}

/** Solana: blockhashes that expire instead of nonces, and commitments instead of depths. */
export type SvmChain = Common & {
  family: 'svm'
  /** Accepted mints; the first is the default. */
  assets: readonly [Asset, ...Asset[]]
}
