import type { Caip2 } from './Caip'

/** A token that Sluice sells for. `address` is checksummed; compare lower-case. */
export type Asset = {
  readonly network: Caip2
  readonly address: `0x${string}`
  readonly symbol: string
  readonly decimals: number
  /** EIP-712 domain of its EIP-3009 signatures; absent where the token has none. */
  readonly eip712?: { readonly name: string; readonly version: string }
}
