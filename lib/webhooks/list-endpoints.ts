import type { Reader } from '../ctx'
import { db, sql } from '@/lib/db'
import { type WebhookEndpointView, toViews, type EndpointRow, columns } from './endpoint-rows'

/** Every endpoint that the reader may see, or the archived ones, those that are on first; at most 200. */
export async function listEndpoints(reader: Reader, isArchived = false): Promise<WebhookEndpointView[]> {
  return toViews(
    await db.query<EndpointRow>(sql`
      SELECT ${columns} FROM webhook_endpoint
      WHERE (${reader.operator} OR merchant_id = ${reader.merchantId}::uuid) AND (archived_at IS NOT NULL) = ${isArchived}
      ORDER BY disabled_at DESC NULLS FIRST, created_at DESC LIMIT 200`),
  )
}
