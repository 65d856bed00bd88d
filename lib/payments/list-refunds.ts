import type { Reader } from '../ctx'
import { loadPage, Page } from '@/lib/paging'
import type * as PaymentView from './PaymentView'
import type { RefundFilter } from './RefundFilter'
import { refundSource, toRefundRow, type RefundRecord } from './refund-rows'

/** One page of refunds, open, paid or withdrawn, newest first. Reads only. */
export async function listRefunds(
  reader: Reader,
  filter: RefundFilter,
  ask: Page.PageRequest,
): Promise<Page.Page<PaymentView.RefundRow>> {
  return Page.map(await loadPage<RefundRecord>(ask, refundSource(reader, filter)), toRefundRow)
}
