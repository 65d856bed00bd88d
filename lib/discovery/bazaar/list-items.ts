import { db, sql } from '@/lib/db'
import type { BazaarItem } from './BazaarItem'
import { matches, type BazaarFilter, type BazaarQuery } from './BazaarQuery'

export type BazaarPage = { items: readonly BazaarItem[]; total: number }

/** A page of the bazaar: first our own items, in their order, then other servers' items, most recently paid first. */
export async function listItems(
  own: readonly BazaarItem[],
  { filter, limit, offset }: BazaarQuery,
): Promise<BazaarPage> {
  const ownItems = own.filter((item) => matches(item, filter))
  const page = ownItems.slice(offset, offset + limit)
  const others = await listOutside(filter, limit - page.length, Math.max(0, offset - ownItems.length))
  return { items: [...page, ...others.items], total: ownItems.length + others.total }
}

type Row = {
  resource: string
  type: BazaarItem['type']
  x402_version: number
  accepts: Record<string, unknown>[]
  description: string
  mimeType: string
  serviceName: string | null
  tags: string[]
  iconUrl: string | null
  extension: Record<string, unknown>
  updatedAt: Date
}

async function listOutside(filter: BazaarFilter, limit: number, offset: number): Promise<BazaarPage> {
  const { type, payTo, scheme, network, extensions, words } = filter
  if (extensions !== undefined && extensions !== 'bazaar') return { items: [], total: 0 }
  const requirement = { ...(scheme !== undefined && { scheme }), ...(network !== undefined && { network }) }
  const owner = payTo?.startsWith('0x') ? payTo.toLowerCase() : payTo
  const like = words.map((word) => `%${word.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`)
  const where = sql`
    WHERE (${type ?? null}::text IS NULL OR type = ${type ?? null})
      AND (${owner ?? null}::text IS NULL OR pay_to = ${owner ?? null})
      AND accepts @> ${JSON.stringify([requirement])}::jsonb
      AND words LIKE ALL (${like}::text[])`
  const [counted] = await db.query<{ total: number }>(sql`SELECT count(*)::int AS total FROM bazaar_item ${where}`)
  const total = counted?.total ?? 0
  const rows =
    limit === 0 || total <= offset
      ? []
      : await db.query<Row>(sql`
        SELECT resource, type, x402_version, accepts, description, mime_type, service_name, tags, icon_url, extension, updated_at
        FROM bazaar_item ${where} ORDER BY updated_at DESC, id LIMIT ${limit} OFFSET ${offset}`)
  return { items: rows.map(toItem), total }
}

function toItem(row: Row): BazaarItem {
  const { resource, type, accepts, description, mimeType, serviceName, tags, iconUrl } = row
  return {
    resource,
    type,
    x402Version: row.x402_version,
    accepts,
    lastUpdated: row.updatedAt.toISOString(),
    ...(description && { description }),
    ...(mimeType && { mimeType }),
    ...(serviceName !== null && { serviceName }),
    ...(tags.length > 0 && { tags }),
    ...(iconUrl !== null && { iconUrl }),
    extensions: { bazaar: row.extension },
  }
}
