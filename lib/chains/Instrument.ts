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
      /** 65 bytes, low s, v 27 or 28; of a contract any form that it takes. */
      signature: Hex
      /** The payer is a contract and answers for the signature itself (ERC-1271). */
      contract?: true
      /** The contract does not exist yet; this call makes it (ERC-6492). */
      deploy?: Deployment
      /** Stands behind the calldata, for indexers (ERC-8021). */
      suffix?: Hex
      /** Somebody else had submitted it when it was taken: nothing of the payer's balance is reserved for it. */
      submitted?: true
    }
  /** Permit2 permitWitnessTransferFrom through one of x402's proxies. */
  | {
      kind: 'permit2'
      scheme: 'exact' | 'upto'
      from: Address
      to: Address
      token: Address
      /** Base units that are permitted, decimal string: what moves by `exact`, at most what moves by `upto`. */
      value: string
      /** Unordered, 256 bits, decimal string. */
      nonce: string
      /** Unix seconds, decimal strings. */
      validAfter: string
      deadline: string
      /** Of `upto`: which of our signers has to send it. */
      facilitator?: Address
      /** As of eip3009. */
      signature: Hex
      contract?: true
      sponsor?: Sponsor
      suffix?: Hex
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

  /** A Solana transaction that the payer signed, and that runs when our fee payer has signed it too; once, or never. */
  | {
      kind: 'svm'
      /** Base58, as all of these: the owner of the tokens, and who is paid. */
      from: string
      to: string
      /** Their token accounts. */
      source: string
      destination: string
      /** Base units, decimal string. */
      value: string
      feePayer: string
      /** With the payer's signature and without ours. */
      bytes: Hex
    }

export type Deployment = { factory: Address; data: Hex }

/** How Permit2 gets the allowance that the payer has not given it yet. */
export type Sponsor =
  /** A permit that goes along in the same call. */
  | {
      kind: 'eip2612'
      /** Base units, decimal string: those of the payment. */
      value: string
      /** Of the token's counter, decimal string. */
      nonce: string
      /** Unix seconds, decimal string. */
      deadline: string
      /** 65 bytes, low s, v 27 or 28. */
      signature: Hex
    }
  /** The payer's own signed transaction, which calls `approve` and nothing else. It must be included before. */
  | {
      kind: 'approval'
      bytes: Hex
      hash: Hex
      nonce: number
      /** Most that it costs, decimal string. */ feeWei: string
    }
