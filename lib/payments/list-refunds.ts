import type { Reader } from '../ctx'
import { allOf, pageQuery, sql } from '@/lib/db'
import { loadPage, Page } from '@/lib/paging'
import { visible } from './payment-rows'
import type * as PaymentView from './PaymentView'
import { refundColumns, toRefundRow, type RefundRecord } from './refund-rows'

/** One page of refunds, paid or not, newest first. Reads only. */
export async function listRefunds(
  reader: Reader,
  filter: { status?: PaymentView.RefundRow['status'][] | undefined },
  ask: Page.PageRequest,
): Promise<Page.Page<PaymentView.RefundRow>> {
  const page = await loadPage<RefundRecord>(ask, {
    ...pageQuery<RefundRecord>({
      columns: refundColumns,
      from: sql`refund t`,
      where: allOf(visible(reader), filter.status && sql`t.status = ANY(${filter.status}::refund_status[])`),
      at: sql`t.created_at`,
      id: sql`t.id`,
    }),
    cursorOf: (row) => ({ atMs: row.createdAt.getTime(), id: row.id }),
  })
  return Page.map(page, toRefundRow)
}
