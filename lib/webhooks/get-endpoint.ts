import type { Reader } from '../ctx'
import { db, sql } from '@/lib/db'
import { type WebhookEndpointView, toViews, type EndpointRow, columns } from './endpoint-rows'

/** One endpoint; undefined if it does not exist or is not the reader's. `id` is a UUID. */
export async function getEndpoint(reader: Reader, id: string): Promise<WebhookEndpointView | undefined> {
  const rows = await db.query<EndpointRow>(sql`
    SELECT ${columns} FROM webhook_endpoint
    WHERE id = ${id}::uuid AND (${reader.operator} OR merchant_id = ${reader.merchantId}::uuid)`)
  return (await toViews(rows))[0]
}
