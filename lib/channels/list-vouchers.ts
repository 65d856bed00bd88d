import { db, sql, type Sql } from '@/lib/db'
import { Amount } from '@/lib/money'
import { loadPage, Page } from '@/lib/paging'
import type { VoucherFilter } from './ChannelFilter'
import type * as ChannelView from './ChannelView'

type Row = {
  cumulative: bigint
  step: bigint
  signature: Buffer
  charged: bigint
  units: bigint
  failures: number
  resourceId: string | null
  method: string | null
  path: string | null
  upstreamStatus: number | null
  at: Date
}

/**
 * One page of a channel's vouchers, the highest first; with `cumulative` only the one that covers that many dollars. The caller
 * has checked that the reader may see the channel (`getChannel`). Reads only.
 */
export async function listVouchers(
  channel: Pick<ChannelView.ChannelListRow, 'id' | 'token'>,
  filter: VoucherFilter,
  ask: Page.PageRequest,
): Promise<Page.Page<ChannelView.VoucherView>> {
  const where = whereOf(channel, filter)
  const page = await loadPage<Row>(ask, {
    find: (asked) => db.query<Row>(window(where, asked)),
    count: async (limit) => {
      const [row] = await db.query<{ count: bigint }>(
        sql`SELECT count(*) AS count FROM (SELECT FROM voucher v WHERE ${where} LIMIT ${limit}) counted`,
      )
      return Number(row?.count ?? 0n)
    },
    cursorOf: (row) => ({ atMs: row.at.getTime(), id: row.cumulative.toString() }),
  })
  return Page.map(page, toVoucher)
}

function whereOf({ id, token }: Pick<ChannelView.ChannelListRow, 'id' | 'token'>, { cumulative }: VoucherFilter): Sql {
  if (cumulative === undefined) return sql`v.channel_id = ${id}`
  const least = Amount.microsToBase(cumulative, token.decimals)
  return sql`v.channel_id = ${id} AND v.cumulative_base = (
    SELECT min(covering.cumulative_base) FROM voucher covering
    WHERE covering.channel_id = ${id} AND covering.cumulative_base >= ${least})`
}

/** Vouchers are ordered by their cumulative amount: the cursor's id holds it, and its time is not used. */
function window(where: Sql, ask: Page.PageRequest): Sql {
  const cursor = ask.after ?? ask.before
  const edge = cursor && /^[0-9]{1,78}$/.test(cursor.id) ? cursor.id : undefined
  const beyond = edge && (ask.after ? sql`v.cumulative_base < ${edge}` : sql`v.cumulative_base > ${edge}`)
  return sql`
    SELECT v.cumulative_base AS cumulative, v.signature, v.charged_base AS charged, v.units, v.failures,
      v.cumulative_base - coalesce((SELECT max(below.cumulative_base) FROM voucher below
        WHERE below.channel_id = v.channel_id AND below.cumulative_base < v.cumulative_base), 0) AS step,
      v.resource_id, r.method, r.path, v.upstream_status, v.at
    FROM voucher v LEFT JOIN resource r ON r.id = v.resource_id
    WHERE ${where} AND ${beyond ?? sql`true`}
    ORDER BY v.cumulative_base ${ask.before ? sql`ASC` : sql`DESC`} LIMIT ${ask.size + 1}`
}

function toVoucher(row: Row): ChannelView.VoucherView {
  const { resourceId: id, method, path } = row
  return {
    cumulativeBase: row.cumulative.toString(),
    stepBase: row.step.toString(),
    signature: `0x${row.signature.toString('hex')}`,
    chargedBase: row.charged.toString(),
    units: row.units.toString(),
    failures: row.failures,
    resource: id !== null && method !== null && path !== null ? { id, method, path } : null,
    upstreamStatus: row.upstreamStatus,
    at: row.at.toISOString(),
  }
}
