import { db, sql } from '@/lib/db'
import { AppError } from '@/lib/errors'
import * as ExecutionRequest from './ExecutionRequest'

/** An accepted intent with its transactions, in their order. */
export type AcceptedIntent = { intent: { id: string }; transactions: readonly { id: string }[] }

type Row = { id: string; same: boolean; transactions: string[] }

/**
 * The intent of an earlier request with this idempotency key; undefined if there is none.
 * @throws AppError idempotency-conflict if the earlier request differs.
 */
export async function findReplay(
  { merchantId, idempotencyKey }: { merchantId: string; idempotencyKey?: string | undefined },
  request: ExecutionRequest.ExecutionRequest,
): Promise<AcceptedIntent | undefined> {
  if (idempotencyKey === undefined) return undefined
  const [row] = await db.query<Row>(sql`
    SELECT i.id, i.body_hash = ${ExecutionRequest.hash(request)} AS same,
      ARRAY(SELECT t.id FROM transaction t WHERE t.intent_id = i.id ORDER BY t.position, t.id) AS transactions
    FROM intent i WHERE i.merchant_id = ${merchantId}::uuid AND i.idempotency_key = ${idempotencyKey}`)
  if (!row) return undefined
  const accepted = { intent: { id: row.id }, transactions: row.transactions.map((id) => ({ id })) }
  if (row.same) return accepted
  const [first] = row.transactions
  const message = `The idempotency key "${idempotencyKey}" stands for another request, which made transaction ${first}.`
  throw new AppError('idempotency-conflict', message, {
    extra: { original: { intent: row.id, transactions: row.transactions } },
  })
}
