import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { db, sql, type Sql } from '@/lib/db'
import { Transaction } from '@/lib/execution'
import { postponeRefundDecision } from '@/lib/intents'
import { refundExecution } from './refund-execution'

const batchMax = 100
const retrySeconds = 60

const ended = Transaction.statuses.filter(Transaction.isFinal)

const open: Sql = sql`
  FROM intent i
  WHERE i.squared IS NULL AND i.square_at <= now() AND (i.payment_id IS NOT NULL OR i.channel_id IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM transaction t WHERE t.intent_id = i.id AND t.status <> ALL(${ended}::transaction_status[]))`

/** SQL condition: `refundExecutions` has something to do. */
export const toRefund: Sql = sql`EXISTS (SELECT ${open})`

/**
 * Refunds actions that are proven not to have happened, as their policies say. Safe to run in any process at any time:
 * each ended action is decided once. One that cannot be decided yet is retried later, behind the others.
 * @returns the number of actions decided.
 */
export async function refundExecutions(ctx: Ctx): Promise<number> {
  const due = await db.query<{ id: string }>(sql`
    SELECT i.id ${open} ORDER BY i.created_at LIMIT ${batchMax}`)
  let moved = 0
  for (const { id } of due) {
    if (ctx.isLate()) break
    const squared = await refundExecution(ctx, id).catch((error: unknown) => {
      log().warn({ err: error, intentId: id }, 'an action that has ended could not be trued up yet')
      return 'open' as const
    })
    if (squared === 'open') await postponeRefundDecision(id, retrySeconds)
    else moved += 1
  }
  return moved
}
