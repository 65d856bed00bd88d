import type { Reader } from '../ctx'
import { prisma } from '@/lib/db'
import { loadPage, Page } from '@/lib/paging'
import { toRefundRow } from './get-payment'
import { mine } from './list-payments'
import type * as PaymentView from './PaymentView'

/** One page of what is, or was, owed back to agents, newest first. */
export async function listRefunds(
  reader: Reader,
  filter: { status?: PaymentView.RefundRow['status'][] | undefined },
  ask: Page.PageRequest,
): Promise<Page.Page<PaymentView.RefundRow>> {
  const where = {
    ...mine(reader),
    ...(filter.status && { status: { in: filter.status } }),
  }
  const page = await loadPage(ask, {
    find: (asked) => {
      const { where: window, orderBy, take } = Page.bounds(asked)
      return prisma().refund.findMany({ where: { AND: [where, window] }, orderBy, take })
    },
    count: (limit) => prisma().refund.count({ where, orderBy: Page.newest, take: limit }),
    cursorOf: (row) => ({ atMs: row.createdAt.getTime(), id: row.id }),
  })
  return Page.map(page, toRefundRow)
}
