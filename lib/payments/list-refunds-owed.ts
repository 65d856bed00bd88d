import { prisma } from '@/lib/db'
import { toRefundRow } from './get-payment'
import type * as PaymentView from './PaymentView'

/** What is still owed back to a wallet, oldest first; at most 100. Reads only. */
export async function listRefundsOwed(wallet: string): Promise<PaymentView.RefundRow[]> {
  const rows = await prisma().refund.findMany({
    where: { to: wallet, status: { not: 'paid' } },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: 100,
  })
  return rows.map(toRefundRow)
}
