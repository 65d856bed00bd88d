import { sql, type Sql } from '@/lib/db'
import type { Transaction } from '@/lib/execution'
import type { Caip2 } from '@/lib/money'

/** An unpaid refund. Amounts in base units. */
export type PendingRefund = {
  id: string
  paymentId: string
  merchantId: string
  network: Caip2
  asset: string
  to: string
  amountBase: bigint
  transactionId: string | null
}

export const refundColumns: Sql = sql`
  r.id, r.payment_id, (SELECT p.merchant_id FROM payment p WHERE p.id = r.payment_id) AS merchant_id, r.network,
    r.asset, r."to", r.amount_base, r.transaction_id`

/**
 * The transaction (`t`) of each refund (`r`), found by its key whatever the planner assumes about fast-growing tables.
 */
export const withTransactions: Sql = sql`
  FROM refund r CROSS JOIN LATERAL (SELECT t.signer, t.status FROM transaction t WHERE t.id = r.transaction_id OFFSET 0) t`

/** States of a transaction that has not run and still may. */
export const waiting: readonly Transaction.TransactionStatus[] = ['queued', 'held', 'signed', 'submitted']
