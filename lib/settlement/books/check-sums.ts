import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { recordEvent } from '@/lib/audit'
import { db, sql, withTransaction, type Sql, type Tx } from '@/lib/db'

/** Ledger entries in one statement. */
const sliceRows = 500_000n
/** Payment ids are random: the id space is cut into this many equal parts. */
const idParts = 64

/** How long comparisons are kept. The newest of each address is always kept. */
const keptFor = '90 days'
const forgottenMax = 10_000

/**
 * Recomputes the running sums from the beginning: the booked balance of each address, each merchant's channels at risk,
 * and sales by hour and by payer. Slow; uses one consistent view and takes no locks. A wrong sum is corrected in the
 * same transaction as its audit event. Also deletes old comparisons of books and chain. Safe to run in any process at
 * any time.
 * @returns the number of wrong sums.
 */
export async function checkSums(ctx: Ctx): Promise<number> {
  const summed = await withTransaction(async (tx) => {
    await tx.execute(sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`)
    return (await checkCash(tx, ctx)) + (await checkExposure(tx, ctx))
  })
  const wrong = summed + (await checkSales(ctx))
  if (wrong > 0) log().error({ wrong }, 'running sums were wrong and have been corrected')
  await withTransaction((tx) =>
    tx.execute(sql`
      DELETE FROM reconciliation WHERE id IN (
        SELECT r.id FROM reconciliation r WHERE r.at < now() - ${keptFor}::interval AND EXISTS (
          SELECT 1 FROM reconciliation n WHERE n.network = r.network AND n.asset = r.asset AND n.address = r.address AND n.id > r.id)
        LIMIT ${forgottenMax})`),
  )
  return wrong
}

type Cash = { network: string; asset: string; address: string; base: bigint }

async function checkCash(tx: Tx, ctx: Ctx): Promise<number> {
  const missing = new Map<string, Cash>()
  const add = (rows: readonly Cash[], sign: bigint) => {
    for (const { base, ...holder } of rows) {
      const key = Object.values(holder).join('|')
      missing.set(key, { ...holder, base: (missing.get(key)?.base ?? 0n) + sign * base })
    }
  }
  for (const part of [...(await entries(tx)), ...facilitated()]) add(await tx.query<Cash>(part), 1n)
  add(await tx.query<Cash>(sql`SELECT network, asset, address, sum(base) AS base FROM cash_sum GROUP BY 1, 2, 3`), -1n)
  const wrong = [...missing.values()].filter(({ base }) => base !== 0n)
  for (const { network, asset, address, base } of wrong) {
    await tx.execute(sql`
      INSERT INTO cash_sum AS s (network, asset, address, slot, base) VALUES (${network}, ${asset}, ${address}, -1, ${base})
      ON CONFLICT (network, asset, address, slot) DO UPDATE SET base = s.base + EXCLUDED.base`)
    await recordEvent(tx, ctx, {
      type: 'reconcile.sum_corrected',
      data: { network, asset, address, missingBase: base },
    })
  }
  return wrong.length
}

async function entries(tx: Tx): Promise<Sql[]> {
  const [{ last } = { last: 0n }] = await tx.query<{ last: bigint }>(
    sql`SELECT coalesce(max(id), 0) AS last FROM transfer`,
  )
  return Array.from({ length: Number(last / sliceRows) + 1 }, (_, slice) => {
    const from = BigInt(slice) * sliceRows
    const inSlice = sql`id > ${from} AND id <= ${from + sliceRows} AND kind IN ('direct', 'post')`
    return sql`
      SELECT network, asset, address, sum(base) AS base FROM (
        SELECT network, asset, substr(debit, 6) AS address, amount_base AS base FROM transfer WHERE debit LIKE 'cash:%' AND ${inSlice}
        UNION ALL
        SELECT network, asset, substr(credit, 6), -amount_base FROM transfer WHERE credit LIKE 'cash:%' AND ${inSlice}) entry
      GROUP BY 1, 2, 3`
  })
}

function facilitated(): Sql[] {
  const idAt = (part: number) =>
    `${Math.floor((part * 256) / idParts)
      .toString(16)
      .padStart(2, '0')}000000-0000-0000-0000-000000000000`
  return Array.from({ length: idParts }, (_, part) => {
    const below = part + 1 < idParts ? sql`AND id < ${idAt(part + 1)}::uuid` : sql``
    return sql`
      SELECT network, asset, pay_to AS address, sum(amount_base) AS base FROM payment
      WHERE id >= ${idAt(part)}::uuid ${below} AND origin = 'facilitator' AND settlement = 'settled' GROUP BY 1, 2, 3`
  })
}

type Exposure = { merchantId: string; network: string; micros: bigint }

async function checkExposure(tx: Tx, ctx: Ctx): Promise<number> {
  const wrong = await tx.query<Exposure>(sql`
    SELECT merchant_id, network, sum(micros) AS micros FROM (
      SELECT merchant_id, network, channel_risk(status, spent_base, settled_base, decimals) AS micros
      FROM channel WHERE status IN ('open', 'closing')
      UNION ALL SELECT merchant_id, network, -micros FROM channel_exposure) both_sides
    GROUP BY 1, 2 HAVING sum(micros) <> 0`)
  for (const { merchantId, network, micros } of wrong) {
    await tx.execute(sql`
      INSERT INTO channel_exposure AS x (merchant_id, network, slot, micros) VALUES (${merchantId}::uuid, ${network}, -1, ${micros})
      ON CONFLICT (merchant_id, network, slot) DO UPDATE SET micros = x.micros + EXCLUDED.micros`)
    await recordEvent(tx, ctx, {
      type: 'reconcile.sum_corrected',
      merchantId,
      data: { network, missingMicros: micros },
    })
  }
  return wrong.length
}

/** Works part by part: each part is a consistent view, and no statement grows with the total number of sales. */
async function checkSales(ctx: Ctx): Promise<number> {
  const [{ weeks } = { weeks: [] }] = await db.query<{ weeks: Date[] }>(sql`
    SELECT ARRAY(SELECT generate_series(date_trunc('week', least((SELECT min(created_at) FROM payment),
      (SELECT min(created_at) FROM channel), (SELECT min(hour) FROM sale_hour)), 'UTC'), now(), '7 days')) AS weeks`)
  const merchants = await db.query<{ id: string }>(sql`SELECT id FROM merchant`)
  const parts = [
    ...weeks.map((since) => sql`sale_correct_hours(${since}::timestamptz, ${since}::timestamptz + interval '7 days')`),
    ...merchants.map(({ id }) => sql`sale_correct_payers(${id}::uuid)`),
  ]
  let wrong = 0
  for (const part of parts) wrong += await withTransaction((tx) => correctSales(tx, ctx, part))
  return wrong
}

async function correctSales(tx: Tx, ctx: Ctx, part: Sql): Promise<number> {
  const wrong = await tx.query<{ merchantId: string; sums: bigint }>(
    sql`SELECT merchant AS merchant_id, sum(sums)::int8 AS sums FROM ${part} GROUP BY 1`,
  )
  for (const { merchantId, sums } of wrong)
    await recordEvent(tx, ctx, { type: 'reconcile.sum_corrected', merchantId, data: { sales: sums } })
  return wrong.reduce((all, { sums }) => all + Number(sums), 0)
}
