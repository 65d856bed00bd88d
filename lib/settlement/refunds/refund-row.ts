import { db, sql, type Sql } from '@/lib/db'
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

const firstSeconds = 2
const mostSeconds = 3_600

/** The next try after a failed refund: exponential with full jitter, at least one second. */
export function nextDue(secondsMax = mostSeconds): Sql {
  return sql`now() + make_interval(secs =>
    1 + random() * least(${secondsMax}::float8, ${firstSeconds}::float8 * 2 ^ least(r.attempts, 20)))`
}

/** Stores why refunds (`r`) wait, and postpones their next look. Idempotent. */
export async function postponeRefunds(
  which: Sql,
  { reason, secondsMax }: { reason: string; secondsMax?: number },
): Promise<void> {
  await db.execute(sql`
    UPDATE refund r SET attempts = r.attempts + 1, held_reason = ${reason}, due_at = ${nextDue(secondsMax)} WHERE ${which}`)
}
