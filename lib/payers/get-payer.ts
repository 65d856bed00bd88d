import { db, sql } from '@/lib/db'
import { payers, toRow } from './list-payers'
import { unnoted } from './Payer'
import type * as PayerView from './PayerView'
import { worthOf, type TokenSum } from './tokens'

/**
 * What a merchant sees of one wallet. A wallet that never paid it and has no note shows only its address. Reads only.
 * @param wallet canonical address.
 */
export async function getPayer(merchantId: string, wallet: string): Promise<PayerView.PayerDetail> {
  const [[row], [noted], sums, quota] = await Promise.all([
    db.query<Parameters<typeof toRow>[0]>(payers(merchantId, (column) => sql`${column} = ${wallet}`)),
    db.query<{ by: string; at: Date }>(sql`
      SELECT updated_by AS by, updated_at AS at FROM payer_note
      WHERE merchant_id = ${merchantId}::uuid AND wallet = ${wallet}`),
    db.query<TokenSum>(sql`
      SELECT network, asset, sum(base) AS base FROM (
        SELECT network, asset, base FROM payer_sale WHERE merchant_id = ${merchantId}::uuid AND payer = ${wallet}
        UNION ALL
        SELECT network, asset, spent_base FROM channel WHERE merchant_id = ${merchantId}::uuid AND payer = ${wallet}
      ) spent GROUP BY 1, 2`),
    findQuota(merchantId, wallet),
  ])
  const known = row
    ? toRow(row)
    : {
        ...unnoted,
        wallet,
        calls: 0,
        failed: 0,
        spentMicros: '0',
        hasOthers: false,
        protocols: [],
        firstAt: null,
        lastAt: null,
      }
  return {
    ...known,
    others: worthOf(sums).others,
    updatedBy: noted?.by ?? null,
    updatedAt: noted?.at.toISOString() ?? null,
    quota,
  }
}

async function findQuota(merchantId: string, wallet: string): Promise<PayerView.PayerDetail['quota']> {
  const rows = await db.query<{ id: string; method: string; path: string; used: number; perDay: number }>(sql`
    SELECT r.id, r.method, r.path, coalesce(q.used, 0) AS used, (r.pricing->>'freePerDay')::int AS per_day
    FROM resource r
      LEFT JOIN quota_use q ON q.resource_id = r.id AND q.wallet = ${wallet} AND q.day = (now() AT TIME ZONE 'UTC')::date
    WHERE r.merchant_id = ${merchantId}::uuid AND r.status = 'live' AND (r.pricing->>'freePerDay')::int > 0
    ORDER BY r.path, r.method LIMIT 100`)
  return rows.map(({ id, method, path, used, perDay }) => ({ resource: { id, method, path }, used, perDay }))
}
