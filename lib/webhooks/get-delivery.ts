import type { Reader } from '../ctx'
import { db, sql } from '@/lib/db'
import { type DeliveryRow, type Row, columns, toRow } from './delivery-rows'

export type DeliveryTry = { number: number; at: string; httpStatus: number | null; durationMs: number; detail: string }

export type DeliveryDetail = DeliveryRow & {
  merchantId: string
  endpointId: string | null
  transactionId: string | null
  /** Position of its event in the audit trail. */
  eventSeq: string | null
  /** Exactly as it is signed and sent. */
  payload: string
  tries: DeliveryTry[]
}

type DetailRow = Row & Pick<DeliveryDetail, 'endpointId' | 'merchantId' | 'transactionId' | 'eventSeq' | 'payload'>

type TryRow = Omit<DeliveryTry, 'at'> & { at: Date }

/** One delivery with its tries; undefined if it does not exist or is not the reader's. `id` is a UUID. */
export async function getDelivery(reader: Reader, id: string): Promise<DeliveryDetail | undefined> {
  const [[row], tries] = await Promise.all([
    db.query<DetailRow>(sql`
      SELECT ${columns}, t.endpoint_id, t.merchant_id, t.transaction_id, t.event_seq::text, t.payload FROM webhook_delivery t
      WHERE t.id = ${id}::uuid AND (${reader.operator} OR t.merchant_id = ${reader.merchantId}::uuid)`),
    db.query<TryRow>(sql`
      SELECT number, at, http_status, duration_ms, detail FROM webhook_try WHERE delivery_id = ${id}::uuid ORDER BY number DESC`),
  ])
  if (!row) return undefined
  const { merchantId, endpointId, transactionId, eventSeq, payload } = row
  return {
    ...toRow(row),
    merchantId,
    endpointId,
    transactionId,
    eventSeq,
    payload,
    tries: tries.map((one) => ({ ...one, at: one.at.toISOString() })),
  }
}
