import type { Caip2 } from '@/lib/money'
import type { PricePlan } from '@/lib/pricing'
import type { ResourceMeter } from './ResourceDraft'
import type { Execution } from './Execution'
import type { Listing } from './Listing'

/** What is sold, as the gateway needs it. Amounts are micro-dollars. */
export type Resource = {
  id: string
  merchantId: string
  merchantSlug: string
  method: string
  path: string
  name: string
  description: string
  mimeType: string
  /** Empty for an execution. */
  upstreamUrl: string
  /** What is executed on chain instead of calling a URL, and the policy that it is held to. */
  execution: Execution | null
  policyId: string | null
  timeoutMs: number
  priceMicros: bigint
  /** How a call is priced; null: the price is fixed. */
  pricing: PricePlan.PricePlan | null
  settle: 'before' | 'after' | null
  streaming: boolean
  sideEffects: boolean
  /** Sold by sessions too; with another meter than `request`, by sessions alone. */
  session: boolean
  meter: ResourceMeter
  /** A unit in words, for agents. */
  unitType: string
  /** Units that the deposit covers which is suggested to agents. */
  depositUnits: number
  /** What directories are told beside name and description. */
  listing: Listing
  /** For how long a wallet that paid may come back without paying, in seconds; null: it pays every time. */
  accessSeconds: number | null
  /** Whether x402 payments must carry an id of the agent's (payment-identifier). */
  identifierRequired: boolean
  /** x402 by Permit2 is taken too where the token has EIP-3009. */
  permit2: boolean
  /** Smart accounts (ERC-1271) may pay. */
  contractPayers: boolean
  status: 'live' | 'paused'
  revision: number
  payouts: readonly { network: Caip2; payTo: string }[]
  /** Sealed upstream headers, opened only when the upstream is called. */
  headers: readonly { name: string; sealed: Uint8Array }[]
}
