import type { Caip2 } from '@/lib/money'
import type { PricePlan } from '@/lib/pricing'
import type { Execution } from './Execution'
import type { Listing } from './Listing'

/** What the price buys: one request, one server-sent event of its answer, or one unit as the upstream counts them. */
export const meters = ['request', 'event', 'units'] as const
export type ResourceMeter = (typeof meters)[number]

/** `prisma/schema/merchant.prisma` says what each means for agents. */
export type ResourceStatus = 'draft' | 'live' | 'paused' | 'archived'

/** The part of a resource that its merchant edits; `ResourceRow.ts` names its columns. Amounts are micro-dollars. */
export type ResourceContent = {
  method: string
  path: string
  name: string
  description: string
  mimeType: string
  /** Empty for an execution. */
  upstreamUrl: string
  /** The call that is executed on chain instead of a request to a URL, and the policy that limits it. */
  execution: Execution | null
  policyId: string | null
  timeoutMs: number
  priceMicros: bigint
  /** How a call is priced; null: the price is fixed. */
  pricing: PricePlan.PricePlan | null
  /** Overrides when a payment settles relative to the upstream call; null: the default of its scheme. */
  settle: 'before' | 'after' | null
  streaming: boolean
  sideEffects: boolean
  /** Sold by sessions too; with another meter than `request`, by sessions alone. */
  session: boolean
  meter: ResourceMeter
  /** A unit in words, for agents. */
  unitType: string
  /** How many units the suggested deposit covers. */
  depositUnits: number
  /** What directories show besides name and description. */
  listing: Listing
  /** How long a wallet that paid has access without paying again, in seconds; null: it pays every time. */
  accessSeconds: number | null
  /** Whether x402 payments must carry an id that the agent chose (payment-identifier). */
  identifierRequired: boolean
  /** Accepts x402 by Permit2 too where the token has EIP-3009. */
  permit2: boolean
  /** Smart accounts (ERC-1271) may pay. */
  contractPayers: boolean
  /** False: its payouts are the merchant's, and follow them. */
  ownPayouts: boolean
}

/** A resource as the gateway needs it. */
export type Resource = ResourceContent & {
  id: string
  merchantId: string
  merchantSlug: string
  /** A live resource of a paused shop is `paused` here. */
  status: ResourceStatus
  /** Its shop is closed for good. */
  isClosed?: boolean
  /** Counts edits. */
  revision: number
  payouts: readonly { network: Caip2; payTo: string }[]
  /** Sealed upstream headers, opened only when the upstream is called. */
  headers: readonly { name: string; sealed: Uint8Array }[]
}
