import type { Address, Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import type { SvmInstruction } from './svm/Message'

/** One of several calls. */
export type CallMember = { to: Address; data: Hex }

/** The purpose decides which keys sign: each has its own. */
export const purposes = ['settlement', 'refund', 'execution'] as const
export type CallPurpose = (typeof purposes)[number]

/** How soon it should be included: decides the tip, the headroom and the time to a replacement. */
export const urgencies = ['slow', 'standard', 'fast', 'urgent'] as const
export type CallUrgency = (typeof urgencies)[number]

/** Where the signed bytes may go. `private-first` turns public if the private endpoint stays silent. */
export const submissions = ['public', 'private', 'private-first'] as const
export type Submission = (typeof submissions)[number]

/** How a call is to be included; every member is optional. */
export type CallTerms = {
  /** Default `standard`. */
  urgency?: CallUrgency
  /** Unix milliseconds. After it the call is given up: expired if nothing was signed, else cancelled on chain. */
  deadlineMs?: number
  /** Most that it may cost in fees, L1 data fee included. Wei. Above it the call waits. */
  maxFeeWei?: bigint
  /** Default `public`. */
  submission?: Submission
}

/** On-chain work as data. Protocols and settlement create it; only `execution` sends it. */
export type Call =
  /** This server signs: nonce lane, fees, replacement. */
  | {
      kind: 'call'
      network: Caip2
      purpose: CallPurpose
      /** One of the purpose's signers; the least busy one if absent. */
      signer?: Address
      to: Address
      data: Hex
      /** Wei. */
      value: bigint
      /** Fixed gas limit where an estimate would be wrong (calls that may fail inside a batch). */
      gasLimit?: bigint
      /**
       * The caller has just simulated exactly this call successfully: it is not simulated again while that is fresh.
       */
      isSimulated?: boolean
      terms?: CallTerms
      /** Allows at most one transaction that may still run for the same thing: "refund {id}". */
      soleFor?: string
    }
  /** Several calls that run together or not at all, in the same nonce lane. Tempo only (type 0x76). */
  | {
      kind: 'calls'
      network: Caip2
      purpose: CallPurpose
      /** As of one call. */
      signer?: Address
      /** No call may need another's effect: each is simulated as if it were first. */
      calls: readonly [CallMember, ...CallMember[]]
      gasLimit?: bigint
    }
  /** Solana. Our fee payer signs; there are no nonces, and blockhashes expire. */
  | {
      kind: 'svm'
      network: Caip2
      purpose: 'settlement' | 'refund'
      /** Our fee payer, base58. */
      signer: string
      /** The instructions of our own transaction: signed when it is sent, and again when its blockhash has expired. */
      instructions: readonly SvmInstruction[]
      /** As of one call. */
      soleFor?: string
    }
  | {
      kind: 'svm'
      network: Caip2
      purpose: 'settlement'
      signer: string
      /** The payer's transaction, still without our signature; it runs at most once. */
      bytes: Hex
    }
  /** The payer signed; these bytes are only broadcast. */
  | {
      kind: 'raw'
      network: Caip2
      purpose: 'settlement'
      /** The payer that signed. */
      from: Address
      bytes: Hex
      hash: Hex
      /** It cannot be included after this time. */
      expiresAtMs: number
    }
