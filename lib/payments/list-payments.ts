import type { Reader } from '../ctx'
import type { Page } from '@/lib/paging'
import { loadPaymentLines } from './load-payments'
import type { PaymentFilter } from './PaymentFilter'
import { readableLines } from './payment-rows'
import type * as PaymentView from './PaymentView'

/** One page of the reader's payments, newest first; each session counts as one line. Reads only. */
export async function listPayments(
  reader: Reader,
  filter: PaymentFilter,
  ask: Page.PageRequest,
): Promise<Page.Page<PaymentView.PaymentLine>> {
  const { ofPayments, ofChannels } = readableLines(reader)
  return loadPaymentLines(ofPayments, ofChannels, filter, ask)
}
