import { db, sql } from '@/lib/db'

/** Vouchers of one minute; `at` is its start, ISO 8601. */
export type VoucherMinute = { at: string; vouchers: number }

const minuteMs = 60_000
/** The most vouchers that a channel can send in the window, at the default rate. */
const readMax = 400_000

/** A channel's vouchers by minute, oldest first; the last minute holds `nowMs`. Reads only. */
export async function countVouchers(channelId: string, minutes: number, nowMs: number): Promise<VoucherMinute[]> {
  const startMs = (Math.floor(nowMs / minuteMs) + 1 - minutes) * minuteMs
  // The primary key has no time. The highest vouchers are the newest, so reading stops before all of a long channel is read.
  const rows = await db.query<{ minute: number; count: number }>(sql`
    SELECT floor((extract(epoch FROM newest.at) * 1000 - ${startMs}::float8) / ${minuteMs}::float8)::int AS minute,
      count(*)::int AS count
    FROM (SELECT at FROM voucher WHERE channel_id = ${channelId} ORDER BY cumulative_base DESC LIMIT ${readMax}) newest
    WHERE newest.at >= ${new Date(startMs)}
    GROUP BY 1`)
  const counts = new Map(rows.map(({ minute, count }) => [minute, count]))
  return Array.from({ length: minutes }, (_, index) => ({
    at: new Date(startMs + index * minuteMs).toISOString(),
    vouchers: counts.get(index) ?? 0,
  }))
}
