import { sql } from '@/lib/db'
import type { Page } from '@/lib/paging'
import { type PaymentFilter } from './PaymentFilter'
import type * as PaymentView from './PaymentView'
import { loadPaymentLines } from './load-payments'

/**
 * One page of the payments of these wallets, newest first, at every merchant of this installation and through its facilitator. Reads
 * only.
 * @param wallets canonical addresses of the reader, at least one; it sees only its own payments.
 */
export async function listSpending(
  wallets: readonly string[],
  filter: PaymentFilter,
  ask: Page.PageRequest,
): Promise<Page.Page<PaymentView.PaymentLine>> {
  const owners = wallets.map((wallet) => {
    const own = sql`t.payer = ${wallet}`
    return { ofPayments: own, ofChannels: own }
  })
  return loadPaymentLines(owners, filter, ask)
}
