import type { Reader } from '../ctx'
import { prisma } from '@/lib/db'
import type * as PaymentView from './PaymentView'
import { mine, rowSelect, toRow } from './list-payments'

/** Payments that moved, or are to move, in one transaction or batch, oldest first; at most 500 of them. */
export async function listPaymentsOf(
  reader: Reader,
  of: { batchId: string } | { transactionId: string },
): Promise<PaymentView.PaymentListRow[]> {
  const rows = await prisma().payment.findMany({
    where: { ...mine(reader), ...of },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: 500,
    select: rowSelect,
  })
  return rows.map(toRow)
}
