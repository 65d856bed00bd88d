import type { Address, Hex } from 'viem'

/** What a payer gave to be charged, as settlement needs it, for any protocol. Stored as JSON: amounts are strings. */
export type Instrument = ChainInstrument | RailInstrument

/** What a payer signed for a chain. */
export type ChainInstrument =
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
      /** 65 bytes, low s, v 27 or 28; a contract's may have any form. */
      signature: Hex
      /** The payer is a contract and verifies the signature itself (ERC-1271). */
      contract?: true
      /** The contract does not exist yet; this call deploys it (ERC-6492). */
      deploy?: Deployment
      /** Appended to the calldata, for indexers (ERC-8021). */
      suffix?: Hex
      /** Another party had submitted it before it was accepted: nothing of the payer's balance is reserved for it. */
      submitted?: true
    }
  /** Permit2 permitWitnessTransferFrom through one of x402's proxies. */
  | {
      kind: 'permit2'
      scheme: 'exact' | 'upto'
      from: Address
      to: Address
      token: Address
      /** Permitted base units, decimal string: the exact amount for `exact`, the maximum for `upto`. */
      value: string
      /** Unordered, 256 bits, decimal string. */
      nonce: string
      /** Unix seconds, decimal strings. */
      validAfter: string
      deadline: string
      /** For `upto`: the signer of ours that has to send it. */
      facilitator?: Address
      /** As for eip3009. */
      signature: Hex
      contract?: true
      sponsor?: Sponsor
      suffix?: Hex
    }
  /** A whole signed transaction (Tempo 0x76), broadcast unchanged. */
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

  /** A Solana transaction that the payer signed and our fee payer completes; it runs at most once. */
  | {
      kind: 'svm'
      /** The owner of the tokens; all addresses here are base58. */
      from: string
      to: string
      /** Their token accounts. */
      source: string
      destination: string
      /** Base units, decimal string. */
      value: string
      feePayer: string
      /** With the payer's signature, without ours. */
      bytes: Hex
    }

/** What moves money without a chain of tokens. */
export type RailInstrument =
  /** A Shared Payment Token of Stripe, which the seller charges once. */
  | {
      kind: 'spt'
      /** The agent, as Stripe names it. */
      from: string
      /** Stripe's account that is paid, or the profile. */
      to: string
      /** Cents, decimal string. */
      value: string
      /** The token, sealed (lib/sealed.ts, context `spt|{challengeId}`), base64. */
      token: string
      challengeId: string
    }
  /** A paid invoice: the payer showed its preimage, so the money has moved already. */
  | {
      kind: 'preimage'
      from: string
      /** Public key of the node that was paid. */
      to: string
      /** Satoshis, decimal string. */
      value: string
      /** SHA-256 of the preimage, 64 hex digits. The preimage itself is a secret and is not kept. */
      paymentHash: string
    }

export type Deployment = { factory: Address; data: Hex }

/** How Permit2 gets the payer's missing allowance. */
export type Sponsor =
  /** A permit in the same call. */
  | {
      kind: 'eip2612'
      /** The payment's base units, decimal string. */
      value: string
      /** The token's nonce for permits, decimal string. */
      nonce: string
      /** Unix seconds, decimal string. */
      deadline: string
      /** 65 bytes, low s, v 27 or 28. */
      signature: Hex
    }
  /** The payer's own signed transaction, which only calls `approve`. It must be included first. */
  | {
      kind: 'approval'
      bytes: Hex
      hash: Hex
      nonce: number
      /** Most that it costs, decimal string. */ feeWei: string
    }
