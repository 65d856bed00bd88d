import { sql } from '@/lib/db'
import { loadPaymentDetail } from './load-payment-detail'
import type * as PaymentView from './PaymentView'

/** A payment of one of these wallets, which the caller proved; undefined if there is none of theirs with this id. */
export function getPurchase(wallets: readonly string[], id: string): Promise<PaymentView.PaymentDetail | undefined> {
  return loadPaymentDetail(sql`t.id = ${id}::uuid AND t.payer = ANY(${wallets}::text[])`)
}
