import { sql } from '@/lib/db'
import type { Leaf } from '@/lib/proof'

/** An event as the table holds it: alias e. */
export type StoredEvent = {
  seq: bigint
  at: Date
  type: string
  actor: Leaf.LeafDocument['actor']
  merchantId: string | null
  resourceId: string | null
  paymentId: string | null
  channelId: string | null
  batchId: string | null
  transactionId: string | null
  data: Record<string, unknown>
}

export const columns = sql`e.seq, e.at, e.type, e.actor, e.merchant_id, e.resource_id,
  e.payment_id, e.channel_id, e.batch_id, e.transaction_id, e.data`

/** What an event discloses, as `Leaf.DisclosureSet`; null if nothing. */
export const disclosed = sql`(
  SELECT jsonb_object_agg(d.field, jsonb_build_object('salt', encode(d.salt, 'hex'), 'value', d.value))
  FROM audit_disclosure d WHERE d.seq = e.seq) AS disclosed`

/** The document of an event that its leaf hashes: the row, without empty members. */
export function toDocument(row: StoredEvent): Leaf.LeafDocument {
  const { merchantId, resourceId, paymentId, channelId, batchId, transactionId } = row
  return {
    version: 1,
    seq: row.seq.toString(),
    at: row.at.toISOString(),
    type: row.type,
    actor: row.actor,
    ...(merchantId !== null && { merchantId }),
    ...(resourceId !== null && { resourceId }),
    ...(paymentId !== null && { paymentId }),
    ...(channelId !== null && { channelId }),
    ...(batchId !== null && { batchId }),
    ...(transactionId !== null && { transactionId }),
    data: row.data,
  }
}
