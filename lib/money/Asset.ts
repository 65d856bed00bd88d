import type { Caip2 } from './Caip'

/** A token that Sluice sells for. */
export type Asset = {
  readonly network: Caip2
  /** EVM: checksummed contract, compared in lower case. Solana: the mint in base58, where case matters. */
  readonly address: string
  readonly symbol: string
  readonly decimals: number
  /** EIP-712 domain of its EIP-3009 signatures; absent if the token has none. */
  readonly eip712?: { readonly name: string; readonly version: string }
  /** The coin that it is a part of, if it is no dollar: it counts in no sum of dollars. */
  readonly coin?: string
}

/** A token of an EVM chain. */
export type EvmAsset = Asset & { readonly address: `0x${string}` }
