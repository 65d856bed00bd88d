import type { Reader } from '../ctx'
import { allOf, sql } from '@/lib/db'
import { loadPaymentDetail } from './load-payment-detail'
import { visible } from './payment-rows'
import type * as PaymentView from './PaymentView'

/** A payment with everything that a page may show; undefined if it does not exist or the reader may not see it. */
export function getPayment(reader: Reader, id: string): Promise<PaymentView.PaymentDetail | undefined> {
  return loadPaymentDetail(allOf(sql`t.id = ${id}::uuid`, visible(reader)))
}
