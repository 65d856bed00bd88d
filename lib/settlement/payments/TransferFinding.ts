import type { TransferProof } from '@/lib/payments'

/** What the chain shows of a payment whose transaction has run. */
export type TransferFinding =
  | { kind: 'moved'; proof: TransferProof }
  /** Its authorization is unused: it can be sent again. */
  | { kind: 'unused' }
  /** It can never move: the authorization was cancelled, or its own transaction did not transfer. */
  | { kind: 'dead'; reason: string }
