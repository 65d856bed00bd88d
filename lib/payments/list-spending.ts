import { sql } from '@/lib/db'
import type { Page } from '@/lib/paging'
import { type PaymentFilter } from './PaymentFilter'
import type * as PaymentView from './PaymentView'
import { loadPaymentLines } from './load-payments'

/**
 * One page of a wallet's payments, newest first, at every merchant of this installation and through its facilitator. Reads
 * only.
 * @param wallet canonical address of the reader, which sees only its own payments.
 */
export async function listSpending(
  wallet: string,
  filter: PaymentFilter,
  ask: Page.PageRequest,
): Promise<Page.Page<PaymentView.PaymentLine>> {
  const own = sql`t.payer = ${wallet}`
  return loadPaymentLines(own, own, filter, ask)
}
