import type { Caip2 } from '@/lib/money'
import type { Caller } from './Caller'

/** The answer to a /verify or /settle. */
export type FacilitationOutcome =
  /** verify: the payment would settle. */
  | 'valid'
  /** verify: it would not; `reason` says why. */
  | 'invalid'
  /** settle: the transfer is on chain. */
  | 'settled'
  /** settle: it did not happen and never will. */
  | 'failed'
  /** settle: not known yet. */
  | 'pending'
  /** Not checked: a cap, a network that is not allowed, a chain that does not answer. */
  | 'refused'

export const outcomes = ['valid', 'invalid', 'settled', 'failed', 'pending', 'refused'] as const

/** One answered request as it is recorded. */
export type Facilitation = {
  caller: Pick<Caller, 'id' | 'merchantId'>
  kind: 'verify' | 'settle'
  x402Version: 1 | 2
  scheme: string
  network: Caip2
  asset: string
  payer: string | null
  payTo: string
  amountBase: bigint
  outcome: FacilitationOutcome
  /** x402's code, or a sentence; null on success. */
  reason: string | null
  latencyMs: number
  /** The claim that it made or found. */
  paymentId: string | null
}
