import { sql } from '@/lib/db'
import type * as PayerRequest from './PayerRequest'

export type PayerRequestRow = Omit<PayerRequest.PayerRequestView, 'createdAt' | 'answeredAt'> & {
  createdAt: Date
  answeredAt: Date | null
}

export const payerRequestColumns = sql`q.payment_id, q.wallet, q.kind, q.reason, q.created_at, q.answer, q.answered_at`

export function toPayerRequest({ createdAt, answeredAt, ...row }: PayerRequestRow): PayerRequest.PayerRequestView {
  return { ...row, createdAt: createdAt.toISOString(), answeredAt: answeredAt?.toISOString() ?? null }
}
