import { sql, type Sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'

/** An invoice that a 402 offered. Satoshis and micro-dollars. */
export type RailInvoice = {
  paymentHash: string
  network: Caip2
  /** BOLT 11. */
  invoice: string
  merchantId: string
  resourceId: string
  /** The request that its 402 answered. */
  request: { method: string; host: string; path: string; query: string; soldPath?: string; bodyDigest?: string }
  revision: number
  payTo: string
  amountBase: bigint
  priceMicros: bigint
  rateMicros: bigint
  rateSource: string
  rateAt: Date
  createdAt: Date
  expiresAt: Date
  paidAt: Date | null
  paidBase: bigint | null
}

export const columns: Sql = sql`payment_hash, network, invoice, merchant_id, resource_id, request, revision, pay_to, amount_base, price_micros, rate_micros,
  rate_source, rate_at, created_at, expires_at, paid_at, paid_base`
