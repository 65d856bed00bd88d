import { db, sql, type Sql } from '@/lib/db'

const firstSeconds = 2
const mostSeconds = 3_600

/** The next try after a failed refund (`r`): exponential with full jitter, at least one second. */
export function nextRefundDue(secondsMax = mostSeconds): Sql {
  return sql`now() + make_interval(secs =>
    1 + random() * least(${secondsMax}::float8, ${firstSeconds}::float8 * 2 ^ least(r.attempts, 20)))`
}

/** Stores why refunds (`r`) wait, and postpones their next look. Idempotent. */
export async function postponeRefunds(
  which: Sql,
  { reason, secondsMax }: { reason: string; secondsMax?: number },
): Promise<void> {
  await db.execute(sql`
    UPDATE refund r SET attempts = r.attempts + 1, held_reason = ${reason}, due_at = ${nextRefundDue(secondsMax)} WHERE ${which}`)
}
