import { prisma } from '@/lib/db'

/** A ledger entry as pages show it. Amounts are decimal strings of base units. */
export type TransferRow = {
  id: string
  at: string
  kind: 'direct' | 'pending' | 'post' | 'void'
  reason: string
  debit: string
  credit: string
  amountBase: string
  /** The pending entry that this one resolves. */
  pendingId: string | null
}

/** Entries of a payment in the order they were written. The caller has made sure that its reader may see the payment. */
export async function listTransfers(paymentId: string): Promise<TransferRow[]> {
  const rows = await prisma().transfer.findMany({ where: { paymentId }, orderBy: { id: 'asc' } })
  return rows.map((row) => ({
    id: row.id.toString(),
    at: row.at.toISOString(),
    kind: row.kind,
    reason: row.reason,
    debit: row.debit,
    credit: row.credit,
    amountBase: row.amountBase.toFixed(0),
    pendingId: row.pendingId?.toString() ?? null,
  }))
}
