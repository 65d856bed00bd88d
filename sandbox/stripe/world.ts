import type { Clock } from './clock'
import type { Params } from './params'
import type { Store } from './store'

/** What one running server is made of, for the code behind its routes. */
export type World = {
  store: Store
  clock: Clock
  settings: Settings
  /** The request that is being executed: events name it. */
  origin: { id: string | null; idempotency_key: string | null }
}

/** How this server behaves where Stripe has delays or rates. Durations in milliseconds of the server's clock. */
export type Settings = {
  /** How long after its last change a search finds an intent. Stripe: up to a minute. */
  searchDelayMs: number
  /** After what a `processing` intent ends. */
  processingMs: number
  /** How much later than its charge the balance transaction comes, with `automatic_async` or a capture. 0: with it. */
  balanceTransactionMs: number
  /** After what a refund that is asynchronous succeeds or fails. */
  refundMs: number
  /** After what the bank decides over submitted test evidence. */
  disputeDecisionMs: number
  /** Whether a won dispute gives its fee back. */
  returnsDisputeFee: boolean
  /** Deposit addresses to hand out instead of random ones, for a chain on which a test pays to them. */
  depositAddresses: Partial<Record<CryptoNetwork, string>>
  /** Whether each day pays out what is available. */
  automaticPayouts: boolean
}

/** The networks on which Stripe takes stablecoins. */
export type CryptoNetwork = 'base' | 'solana' | 'tempo'

export const usualSettings: Settings = {
  searchDelayMs: 0,
  processingMs: 2_000,
  balanceTransactionMs: 0,
  refundMs: 2_000,
  disputeDecisionMs: 1_000,
  returnsDisputeFee: true,
  depositAddresses: {},
  automaticPayouts: false,
}

/** One request behind authentication. */
export type Call = {
  world: World
  /** Whose objects it reads and writes: the account of the key, or of `Stripe-Account`. */
  account: string
  /** The account of the key. */
  platform: string
  params: Params
  /** Parts of the path that the route names with `:`. */
  path: Record<string, string>
  url: string
  /** The version has `.preview`: shared payment tokens exist. */
  preview: boolean
}

export type Route = {
  method: 'DELETE' | 'GET' | 'POST'
  path: string
  run(call: Call): unknown
}
