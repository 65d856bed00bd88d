import { sql } from '@/lib/db'
import type { Page } from '@/lib/paging'
import { type PaymentFilter } from './PaymentFilter'
import type * as PaymentView from './PaymentView'
import { loadPaymentLines } from './load-payments'

/**
 * One page of what a wallet paid, newest first, at every merchant of this installation and through its facilitator. Reads only.
 * @param wallet canonical address of who asks: nothing of anybody else is read.
 */
export async function listSpending(
  wallet: string,
  filter: PaymentFilter,
  ask: Page.PageRequest,
): Promise<Page.Page<PaymentView.PaymentLine>> {
  const own = sql`t.payer = ${wallet}`
  return loadPaymentLines(own, own, filter, ask)
}
