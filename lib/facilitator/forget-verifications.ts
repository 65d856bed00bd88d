import type { Ctx } from '../ctx'
import { db, sql } from '@/lib/db'
import { forgetCounts } from './forget-counts'

const keptFor = '30 days'

const forgottenMax = 10_000

/** Deletes old records of /verify and their counts; those of /settle stay. Safe at any time. */
export async function forgetVerifications(ctx: Ctx): Promise<number> {
  let forgotten = 0
  for (;;) {
    const now = (await forgetRecords()) + (await forgetCounts())
    forgotten += now
    if (now < forgottenMax || ctx.isLate()) return forgotten
  }
}

function forgetRecords(): Promise<number> {
  return db.execute(sql`
    DELETE FROM facilitation WHERE id IN (
      SELECT id FROM facilitation WHERE kind = 'verify' AND created_at < now() - ${keptFor}::interval
      ORDER BY created_at LIMIT ${forgottenMax})`)
}
