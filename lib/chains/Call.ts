import type { Address, Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import type { SvmInstruction } from './svm/Message'

/** One call among several. */
export type CallMember = { to: Address; data: Hex }

/** Whose lane signs: each purpose has its own keys. */
export const purposes = ['settlement', 'refund', 'execution'] as const
export type CallPurpose = (typeof purposes)[number]

/** How soon it should be included: which tips it pays, how much headroom it has, and how soon it is replaced. */
export const urgencies = ['slow', 'standard', 'fast', 'urgent'] as const
export type CallUrgency = (typeof urgencies)[number]

/** Where signed bytes may go. `private-first` turns public when the private endpoint stays silent. */
export const submissions = ['public', 'private', 'private-first'] as const
export type Submission = (typeof submissions)[number]

/** On what terms a call is to land; every member may be absent. */
export type CallTerms = {
  /** Default `standard`. */
  urgency?: CallUrgency
  /** Unix milliseconds. Afterwards it is given up: expired when nothing was signed, else cancelled on chain. */
  deadlineMs?: number
  /** Most that it may cost in fees, L1 data fee included. Wei. It waits rather than cost more. */
  maxFeeWei?: bigint
  /** Default `public`. */
  submission?: Submission
}

/** On-chain work as data. Protocols and settlement make it; only `execution` sends it. */
export type Call =
  /** We sign: nonce lane, fees, replacement. */
  | {
      kind: 'call'
      network: Caip2
      purpose: CallPurpose
      /** One of the purpose's signers; the least busy one when absent. */
      signer?: Address
      to: Address
      data: Hex
      /** Wei. */
      value: bigint
      /** Fixed gas limit where estimation would lie (calls that may fail inside a batch). */
      gasLimit?: bigint
      /** The caller has just simulated exactly this call with success: it is not simulated again while that is fresh. */
      isSimulated?: boolean
      terms?: CallTerms
      /** What it is for, where at most one transaction that may still run is to be for it: "refund {id}". */
      soleFor?: string
    }
  /** We sign several that run together or not at all, on the same nonce lane. Tempo only (type 0x76). */
  | {
      kind: 'calls'
      network: Caip2
      purpose: CallPurpose
      /** As of one call. */
      signer?: Address
      /** None needs the effect of another: each is simulated as if it were first. */
      calls: readonly [CallMember, ...CallMember[]]
      gasLimit?: bigint
    }
  /** Solana. Our fee payer signs; there are no nonces, and blockhashes expire. */
  | {
      kind: 'svm'
      network: Caip2
      purpose: 'settlement' | 'refund'
      /** Base58 of our fee payer. */
      signer: string
      /** What to do, where it is ours alone: signed when it is sent, and again when its blockhash has expired. */
      instructions: readonly SvmInstruction[]
      /** As of one call. */
      soleFor?: string
    }
  | {
      kind: 'svm'
      network: Caip2
      purpose: 'settlement'
      signer: string
      /** The payer's transaction, which still lacks our signature; it runs once or never. */
      bytes: Hex
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
