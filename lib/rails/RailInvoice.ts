import { sql, type Sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'

/** An invoice that a 402 offered. Satoshis and micro-dollars. */
export type RailInvoice = {
  paymentHash: string
  network: Caip2
  /** BOLT 11. */
  invoice: string
  resourceId: string
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

export const columns: Sql = sql`payment_hash, network, invoice, resource_id, revision, pay_to, amount_base, price_micros, rate_micros,
  rate_source, rate_at, created_at, expires_at, paid_at, paid_base`
