import type { Reader } from '../ctx'
import { sql } from '@/lib/db'
import type { Page } from '@/lib/paging'
import { loadPaymentLines } from './load-payments'
import type { PaymentFilter } from './PaymentFilter'
import type * as PaymentView from './PaymentView'

/** One page of the reader's payments, newest first; each session counts as one line. Reads only. */
export async function listPayments(
  reader: Reader,
  filter: PaymentFilter,
  ask: Page.PageRequest,
): Promise<Page.Page<PaymentView.PaymentLine>> {
  const readable = reader.operator ? sql`true` : sql`t.merchant_id = ${reader.merchantId}::uuid`
  return loadPaymentLines(sql`${readable} AND t.origin = 'gateway'`, readable, filter, ask)
}
