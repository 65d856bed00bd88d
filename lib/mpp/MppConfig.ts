import type { Address } from 'viem'
import { type Caip2 } from '@/lib/money'

/** Read on every call, so that importing this needs no environment. */
export type MppConfig = {
  /** CHALLENGE_SECRET first, then those that are still honoured. */
  secrets(): readonly [string, ...string[]]
  /** Host name of this installation, without port. */
  realm(): string
  /** Whether this installation has RPC endpoints for a network. */
  serves(network: Caip2): boolean
  /** Who may settle the channels of a network beside their payee; undefined: no sessions there. */
  operatorOn(network: Caip2): Address | undefined
}
