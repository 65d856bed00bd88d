import { sql, type Tx } from '@/lib/db'

export type PaidInvoiceMark = { paymentHash: string; paidBase: bigint; paidAtMs: number }

/** Marks invoices as paid, once. @returns the hashes that were not marked before. */
export async function markInvoicesPaid(tx: Tx, paid: readonly PaidInvoiceMark[]): Promise<string[]> {
  const rows = await tx.query<{ paymentHash: string }>(sql`
    UPDATE rail_invoice SET paid_at = p.paid_at, paid_base = p.paid_base
    FROM unnest(
      ${paid.map(({ paymentHash }) => paymentHash)}::text[], ${paid.map(({ paidBase }) => paidBase)}::numeric[],
      ${paid.map(({ paidAtMs }) => new Date(paidAtMs))}::timestamptz[]) AS p(payment_hash, paid_base, paid_at)
    WHERE rail_invoice.payment_hash = p.payment_hash AND rail_invoice.paid_at IS NULL
    RETURNING rail_invoice.payment_hash`)
  return rows.map(({ paymentHash }) => paymentHash)
}
