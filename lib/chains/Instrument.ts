import type { Address, Hex } from 'viem'

/** What a payer signed, as settlement needs it, whatever protocol carried it. Stored as JSON: amounts are strings. */
export type Instrument =
  /** EIP-3009 transferWithAuthorization; several of one token can move in one transaction. */
  | {
      kind: 'eip3009'
      from: Address
      to: Address
      /** Base units, decimal string. */
      value: string
      /** Unix seconds, decimal strings. */
      validAfter: string
      validBefore: string
      nonce: Hex
      /** 65 bytes, low s, v 27 or 28. */
      signature: Hex
    }
  /** A whole signed transaction (Tempo 0x76), broadcast as it is. */
  | {
      kind: 'raw'
      from: Address
      to: Address
      /** Base units that its transfer must move, decimal string. */
      value: string
      bytes: Hex
      hash: Hex
      expiresAtMs: number
    }
