import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { insertEvents, recordEvents, type AuditEvent } from '@/lib/audit'
import { db, sql, withTransaction } from '@/lib/db'
import * as Transaction from '../Transaction'
import { type ReachedLevel } from './track-included'

/** Writes the reached levels of transactions in one statement; those that changed meanwhile are left alone. */
export async function riseAll(ctx: Ctx, risen: readonly ReachedLevel[]): Promise<void> {
  if (risen.length === 0) return
  const events = risen.map(({ transaction, level }): AuditEvent.AuditEvent => {
    const { id, blockNumber, blockHash, error, cancelReason } = transaction
    const data = { blockNumber, blockHash, ...reasonOf(level === 'cancelled' ? cancelReason : error) }
    return { type: `transaction.${level}`, transactionId: id, data }
  })
  const before = risen.map(({ level }) => Transaction.mayBecome(level).join(','))
  failpoint('before-final')
  const rise = sql`
    WITH reached AS MATERIALIZED (
      SELECT t.id, r.level FROM unnest(${risen.map(({ transaction }) => transaction.id)}::uuid[],
        ${risen.map(({ transaction }) => transaction.blockHash)}::text[], ${risen.map(({ level }) => level)}::text[],
        ${before}::text[]) AS r(id, block_hash, level, before) JOIN transaction t USING (id)
      WHERE t.block_hash = r.block_hash AND t.status::text = ANY(string_to_array(r.before, ','))
      ORDER BY t.id FOR UPDATE OF t),
    risen AS (
      UPDATE transaction t SET status = r.level::transaction_status, safe_at = coalesce(t.safe_at, now()),
        final_at = CASE WHEN r.level <> 'safe' THEN now() END,
        error = CASE WHEN r.level = 'cancelled' THEN t.cancel_reason ELSE t.error END
      FROM reached r WHERE t.id = r.id
      RETURNING t.id)`
  if (ctx.actor.kind !== 'member')
    await db.execute(sql`${rise} ${insertEvents(ctx, events, sql`transaction_id IN (SELECT id FROM risen)`)}`)
  else
    // An event that names a person takes separate statements.
    await withTransaction(async (tx) => {
      const ids = new Set((await tx.query<{ id: string }>(sql`${rise} SELECT id FROM risen`)).map(({ id }) => id))
      const own = events.filter(({ transactionId }) => transactionId !== undefined && ids.has(transactionId))
      await recordEvents(tx, ctx, own)
    })
}

function reasonOf(reason: string | null): { reason?: string } {
  return reason === null ? {} : { reason }
}
