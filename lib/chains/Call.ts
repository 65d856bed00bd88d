import type { Address, Hex } from 'viem'
import type { Caip2 } from '@/lib/money'

/** One call among several. */
export type Member = { to: Address; data: Hex }

/** On-chain work as data. Protocols and settlement make it; only `execution` sends it. */
export type Call =
  /** We sign: nonce lane, fees, replacement. */
  | {
      kind: 'call'
      network: Caip2
      purpose: 'settlement' | 'refund'
      to: Address
      data: Hex
      /** Wei. */
      value: bigint
      /** Fixed gas limit where estimation would lie (calls that may fail inside a batch). */
      gasLimit?: bigint
      /** The caller has just simulated exactly this call with success: it is not simulated again while that is fresh. */
      isSimulated?: boolean
    }
  /** We sign several that run together or not at all, on the same nonce lane. Tempo only (type 0x76). */
  | {
      kind: 'calls'
      network: Caip2
      purpose: 'settlement' | 'refund'
      /** None needs the effect of another: each is simulated as if it were first. */
      calls: readonly [Member, ...Member[]]
      gasLimit?: bigint
    }
  /** The payer signed: we only broadcast these bytes. */
  | {
      kind: 'raw'
      network: Caip2
      purpose: 'settlement'
      /** Who signed. */
      from: Address
      bytes: Hex
      hash: Hex
      /** After this instant it can no longer be included. */
      expiresAtMs: number
    }
