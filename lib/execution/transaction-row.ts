import { sql, type Sql } from '@/lib/db'
import * as Attempt from './Attempt'
import type * as Transaction from './Transaction'

/** A row as the database returns it; `toTransaction` makes it a Transaction. */
export type TransactionRow = Omit<Transaction.Transaction, 'attempts'> & { attempts: readonly Attempt.StoredAttempt[] }

const milliseconds = (interval: Sql): Sql => sql`(extract(epoch FROM ${interval}) * 1000)::float8`

/** Columns of a Transaction for `transaction t`. Ages are by the database's clock. */
export const columns: Sql = sql`
  t.id, t.network, t.kind, t.signer, t.purpose, t."to", t.data, t.calls, t.instructions, t.value, t.gas_limit, t.status, t.nonce,
  t.epoch, t.held_reason, t.error, t.hash, t.block_number, t.block_hash, t.reorgs,
  t.simulation, t.accepted, t.urgency, t.submission, t.max_fee_wei,
  CASE WHEN t.cancel_asked_at IS NOT NULL THEN coalesce(t.cancel_reason, '') END AS cancel_reason,
  ${milliseconds(sql`now() - t.speed_up_asked_at`)} AS speed_up_age_ms,
  ${milliseconds(sql`t.deadline_at - now()`)} AS deadline_in_ms, ${milliseconds(sql`now() - t.created_at`)} AS age_ms,
  (extract(epoch FROM t.expires_at) * 1000)::float8 AS expires_at_ms,
  coalesce((
    SELECT json_agg(json_build_object(
      'hash', a.hash, 'seq', a.seq, 'maxFeePerGas', a.max_fee_per_gas::text, 'tipPerGas', a.tip_per_gas::text,
      'gas', a.gas::text, 'answer', a.answer, 'kind', a.kind, 'legacy', a.legacy, 'private', a.private, 'signedAgeMs', ${milliseconds(sql`now() - a.signed_at`)},
      'sentAgeMs', ${milliseconds(sql`now() - a.last_broadcast_at`)},
      'lastValidHeight', a.last_valid_height::text) ORDER BY a.seq)
    FROM attempt a WHERE a.transaction_id = t.id), '[]') AS attempts`

export function toTransaction(row: TransactionRow): Transaction.Transaction {
  return { ...row, attempts: row.attempts.map(Attempt.parse) }
}
