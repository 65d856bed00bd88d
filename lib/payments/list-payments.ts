import type { Reader } from '../ctx'
import { sql } from '@/lib/db'
import type { Page } from '@/lib/paging'
import { type PaymentFilter } from './PaymentFilter'
import type * as PaymentView from './PaymentView'
import { loadPaymentLines } from './load-payments'

/** One page of what the reader may see, newest first: payments, and each session as one of them. Reads only. */
export async function listPayments(
  reader: Reader,
  filter: PaymentFilter,
  ask: Page.PageRequest,
): Promise<Page.Page<PaymentView.PaymentLine>> {
  const readable = reader.operator ? sql`true` : sql`t.merchant_id = ${reader.merchantId}::uuid`
  return loadPaymentLines(sql`${readable} AND t.origin = 'gateway'`, readable, filter, ask)
}
