import { processId, sql, type Tx } from '@/lib/db'
import { columns, type ExternalAttempt } from './ExternalAttempt'

export type AttemptDraft = Pick<
  ExternalAttempt,
  'id' | 'paymentId' | 'refundId' | 'network' | 'action' | 'key' | 'amountBase' | 'externalId'
>

/** No other process repeats a call before this time has passed, unless the caller is dead. */
const aloneSeconds = 45

/**
 * Writes the row of a call, to be committed before the call leaves.
 * @returns undefined if there is one with this key: then this caller makes no call.
 */
export async function beginAttempt(tx: Tx, draft: AttemptDraft): Promise<ExternalAttempt | undefined> {
  const { id, paymentId, refundId, network, action, key, amountBase, externalId } = draft
  const [begun] = await tx.query<ExternalAttempt>(sql`
    INSERT INTO external_attempt (id, payment_id, refund_id, network, action, key, amount_base, external_id, due_at, owner_id)
    VALUES (${id}::uuid, ${paymentId}::uuid, ${refundId}::uuid, ${network}, ${action}::attempt_action, ${key}, ${amountBase},
      ${externalId}, now() + make_interval(secs => ${aloneSeconds}), ${processId}::uuid)
    ON CONFLICT (key) DO NOTHING
    RETURNING ${columns}`)
  return begun
}
