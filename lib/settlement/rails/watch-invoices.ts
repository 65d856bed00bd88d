import type { Ctx } from '../../ctx'
import { recordEvents } from '@/lib/audit'
import { withTransaction } from '@/lib/db'
import { configuredNode } from '@/lib/lightning'
import { markInvoicesPaid, moveRailCursor, readRailCursor } from '@/lib/rails'

/**
 * Reads which invoices the node was paid, from where the last run stopped. A payer that lost its 402 still owns the answer or its
 * money: the row says that the invoice was paid. Safe to run in any process at any time.
 * @returns the number of invoices that were not known to be paid.
 */
export async function watchInvoices(ctx: Ctx): Promise<number> {
  const node = configuredNode()
  if (!node) return 0
  const since = await readRailCursor(node.network)
  const { paid, next } = await node.listPaid({ now: ctx.now }, since)
  if (next === since) return 0
  return withTransaction(async (tx) => {
    const fresh = await markInvoicesPaid(
      tx,
      paid.map(({ paymentHash, paidSat, settledAtMs }) => ({ paymentHash, paidBase: paidSat, paidAtMs: settledAtMs })),
    )
    await moveRailCursor(tx, node.network, next)
    await recordEvents(
      tx,
      ctx,
      fresh.map((paymentHash) => ({ type: 'invoice.paid' as const, data: { network: node.network, paymentHash } })),
    )
    return fresh.length
  })
}
