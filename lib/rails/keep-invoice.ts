import { db, json, sql } from '@/lib/db'
import type { RailInvoice } from './RailInvoice'

/** Stores an invoice before it is offered. */
export async function keepInvoice(draft: Omit<RailInvoice, 'createdAt' | 'paidAt' | 'paidBase'>): Promise<void> {
  const { paymentHash, network, invoice, resourceId, revision, payTo, amountBase, priceMicros } = draft
  await db.execute(sql`
    INSERT INTO rail_invoice (payment_hash, network, invoice, merchant_id, resource_id, request, revision, pay_to, amount_base, price_micros, rate_micros,
      rate_source, rate_at, expires_at)
    VALUES (${paymentHash}, ${network}, ${invoice}, ${draft.merchantId}::uuid, ${resourceId}::uuid, ${json(draft.request)}, ${revision}, ${payTo}, ${amountBase}, ${priceMicros},
      ${draft.rateMicros}, ${draft.rateSource}, ${draft.rateAt}, ${draft.expiresAt})`)
}
