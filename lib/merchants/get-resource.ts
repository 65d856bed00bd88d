import type { Reader } from '../ctx'
import { labelNetwork, type NetworkLabel } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { PricePlan } from '@/lib/pricing'
import * as ResourceRow from './ResourceRow'
import type { Resource } from './Resource'

/** A resource as its page shows it. Amounts are micro-dollars; a secret header shows only its name and its end. */
export type ResourceView = Omit<Resource, 'payouts' | 'headers'> & {
  createdAt: Date
  updatedAt: Date
  payouts: (NetworkLabel & { payTo: string })[]
  headers: { name: string; last4: string; rotatedAt: Date }[]
  /** Newest first. */
  prices: {
    revision: number
    priceMicros: bigint
    pricing: PricePlan.PricePlan | null
    payTo: Record<string, string>
    /** A member's address, or "seed"; null in old versions that did not store it. */
    changedBy: string | null
    note: string
    validFrom: Date
    validUntil: Date | null
  }[]
  /** 402 answers, and delivered payments and vouchers, of this hour and the 23 before it. */
  challenges: number
  paidCalls: number
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** @throws AppError not-found, also if the reader may not see it. */
export async function getResource(reader: Reader, id: string): Promise<ResourceView> {
  const row = uuid.test(id) ? await find(reader, id) : undefined
  if (!row) throw new AppError('not-found', 'There is no such resource.')
  const since = sql`date_trunc('hour', now(), 'UTC') - interval '23 hours'`
  const [counted] = await db.query<{ challenges: bigint; calls: bigint }>(sql`
    SELECT (SELECT coalesce(sum(count), 0) FROM challenge_count WHERE resource_id = ${id}::uuid AND hour >= ${since}) AS challenges,
      (SELECT coalesce(sum(sold), 0) FROM sale
        WHERE merchant_id = ${row.merchantId}::uuid AND resource_id = ${id}::uuid AND hour >= ${since}) AS calls`)
  return {
    ...ResourceRow.fromRow(row),
    ...(await findParts(id)),
    challenges: Number(counted?.challenges ?? 0n),
    paidCalls: Number(counted?.calls ?? 0n),
  }
}

type Row = ResourceRow.StoredContent &
  Pick<ResourceView, 'id' | 'merchantId' | 'merchantSlug' | 'status' | 'revision' | 'createdAt' | 'updatedAt'>

async function find(reader: Reader, id: string): Promise<Row | undefined> {
  const [row] = await db.query<Row>(sql`
    SELECT ${ResourceRow.selected}, r.id, r.merchant_id, m.slug AS merchant_slug, r.status, r.revision, r.created_at, r.updated_at
    FROM resource r JOIN merchant m ON m.id = r.merchant_id
    WHERE r.id = ${id}::uuid AND (${reader.operator} OR r.merchant_id = ${reader.merchantId}::uuid)`)
  return row
}

async function findParts(id: string): Promise<Pick<ResourceView, 'payouts' | 'headers' | 'prices'>> {
  type Price = Omit<ResourceView['prices'][number], 'pricing'> & { pricing: unknown }
  const [payouts, headers, prices] = await Promise.all([
    db.query<{ network: string; payTo: string }>(
      sql`SELECT network, pay_to FROM resource_payout WHERE resource_id = ${id}::uuid ORDER BY network`,
    ),
    db.query<ResourceView['headers'][number]>(
      sql`SELECT name, last4, rotated_at FROM resource_header WHERE resource_id = ${id}::uuid ORDER BY name`,
    ),
    db.query<Price>(sql`
      SELECT revision, price_micros, pricing, changed_by, note, pay_to, valid_from, valid_until
      FROM resource_price WHERE resource_id = ${id}::uuid ORDER BY revision DESC LIMIT 50`),
  ])
  return {
    payouts: payouts.map(({ network, payTo }) => ({ ...labelNetwork(network), payTo })),
    headers,
    prices: prices.map((price) => ({ ...price, pricing: PricePlan.parse(price.pricing) })),
  }
}
