import type { Ctx } from '../../ctx'
import { sql, type Sql } from '@/lib/db'
import { claimOwed } from './claim-owed'
import { payOutOne } from './pay-out-one'

const atOnce = 8

/** SQL condition: `payOut` has something to do. */
export const toPayOut: Sql = sql`EXISTS (SELECT FROM channel_payout WHERE due_at <= now())`

/**
 * Pays out what remote facilitators claimed for payees, until nothing more can follow. It takes one payee of each
 * merchant at a time, so that one merchant's slow facilitator does not delay the others. Safe to run in any process at
 * any time: a payout of nothing moves nothing.
 * @returns the number of payees looked at.
 */
export async function payOut(ctx: Ctx, budgetMs: number): Promise<number> {
  const untilMs = Date.now() + budgetMs / 2
  let looked = 0
  while (Date.now() < untilMs) {
    const owed = await claimOwed(
      sql`(merchant_id, network, payee, asset) IN (
        SELECT DISTINCT ON (merchant_id) merchant_id, network, payee, asset FROM channel_payout WHERE due_at <= now()
        ORDER BY merchant_id, due_at)`,
      sql`LIMIT ${atOnce} FOR UPDATE SKIP LOCKED`,
    )
    if (owed.length === 0) break
    await Promise.all(owed.map((one) => payOutOne(ctx, one)))
    looked += owed.length
  }
  return looked
}
