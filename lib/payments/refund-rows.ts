import { labelNetwork, labelToken } from '@/lib/chains'
import { sql } from '@/lib/db'
import type * as PaymentView from './PaymentView'

/** What `toRefundRow` reads of a refund `t`. */
export const refundColumns = sql`
  t.id, t.payment_id, t.created_at, t.paid_at, t.status, t.reason, t.held_reason, t.network, t.asset, t.amount_base, t."to", t.tx_hash,
  t.transaction_id`

export type RefundRecord = Omit<PaymentView.RefundRow, 'createdAt' | 'paidAt' | 'network' | 'token' | 'amountBase'> & {
  createdAt: Date
  paidAt: Date | null
  network: string
  asset: string
  amountBase: bigint
}

export function toRefundRow({ asset, ...row }: RefundRecord): PaymentView.RefundRow {
  return {
    ...row,
    createdAt: row.createdAt.toISOString(),
    paidAt: row.paidAt?.toISOString() ?? null,
    network: labelNetwork(row.network),
    token: labelToken(row.network, asset),
    amountBase: row.amountBase.toString(),
  }
}
