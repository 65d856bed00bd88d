import type { Address } from 'viem'
import { type Caip2 } from '@/lib/money'

/** Read on every call, so that importing this file needs no environment. */
export type MppConfig = {
  /** CHALLENGE_SECRET first, then older secrets that are still valid. */
  secrets(): readonly [string, ...string[]]
  /** Host name of this installation, without port. */
  realm(): string
  /** Whether this installation is paid on a network. */
  serves(network: Caip2): boolean
  /** Which payment methods Stripe's tokens may hold, and the least price for them; undefined without Stripe. */
  stripe(): { paymentMethodTypes: readonly string[]; minimumCents: bigint } | undefined
  /** The address, besides the payee, that may settle channels on a network. Undefined: no sessions there. */
  operatorOn(network: Caip2): Address | undefined
}
