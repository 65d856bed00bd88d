import { db, sql } from '@/lib/db'
import { Page } from '@/lib/paging'

/** An endpoint as pages show it: plain data, its secret as its last four characters. */
export type WebhookEndpointView = {
  id: string
  merchantId: string
  url: string
  description: string
  types: string[]
  last4: string
  /** The secret before signs too until then. */
  previousUntil: string | null
  createdAt: string
  failingSince: string | null
  disabledAt: string | null
  disabledWhy: string | null
  archivedAt: string | null
  /** Deliveries that wait to be tried, or tried again; more than `Page.countMax` stands for any number above it. */
  waiting: number
}

/** What `toView` reads of an endpoint. */
export const columns = sql`
  id, merchant_id, url, description, types, last4, previous_until, created_at, failing_since, disabled_at, disabled_why, archived_at`

export type EndpointRow = Omit<
  WebhookEndpointView,
  'previousUntil' | 'createdAt' | 'failingSince' | 'disabledAt' | 'archivedAt' | 'waiting'
> & {
  previousUntil: Date | null
  createdAt: Date
  failingSince: Date | null
  disabledAt: Date | null
  archivedAt: Date | null
}

export async function toViews(rows: readonly EndpointRow[]): Promise<WebhookEndpointView[]> {
  const waiting = await countWaiting(rows)
  return rows.map((row) => toView(row, waiting))
}

/** By the index of what waits: what was delivered is not looked at. */
async function countWaiting(rows: readonly EndpointRow[]): Promise<ReadonlyMap<string, number>> {
  const counted = await db.query<{ id: string; waiting: number }>(sql`
    SELECT e.id, w.waiting FROM unnest(${rows.map(({ id }) => id)}::uuid[]) AS e(id) CROSS JOIN LATERAL (
      SELECT count(*)::int AS waiting FROM (
        SELECT FROM webhook_delivery d WHERE d.target = e.id::text AND d.status = 'waiting' LIMIT ${Page.countLimit}) one) w`)
  return new Map(counted.map(({ id, waiting }) => [id, waiting]))
}

function toView(row: EndpointRow, waiting: ReadonlyMap<string, number>): WebhookEndpointView {
  const rotating = row.previousUntil !== null && row.previousUntil.getTime() > Date.now()
  return {
    ...row,
    previousUntil: rotating ? (row.previousUntil?.toISOString() ?? null) : null,
    createdAt: row.createdAt.toISOString(),
    failingSince: row.failingSince?.toISOString() ?? null,
    disabledAt: row.disabledAt?.toISOString() ?? null,
    archivedAt: row.archivedAt?.toISOString() ?? null,
    waiting: waiting.get(row.id) ?? 0,
  }
}
