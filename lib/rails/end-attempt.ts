import { json, sql, type Tx } from '@/lib/db'
import type { AttemptOutcome } from './ExternalAttempt'

export type AttemptEnd = {
  status: 'succeeded' | 'failed'
  externalId?: string | undefined
  outcome: AttemptOutcome
  reason?: string | undefined
  /** Seconds until it is looked at again; undefined: never. */
  againSeconds?: number | undefined
}

/**
 * Writes what became known about a call. Only once: an ended attempt stays as it is.
 * @returns false if it had ended before; then the caller writes nothing more.
 */
export async function endAttempt(tx: Tx, id: string, end: AttemptEnd): Promise<boolean> {
  const { status, externalId, outcome, reason, againSeconds } = end
  const ended = await tx.execute(sql`
    UPDATE external_attempt SET status = ${status}::attempt_state, external_id = coalesce(${externalId ?? null}, external_id),
      outcome = outcome || ${json(outcome)}, reason = ${reason ?? null}, ended_at = now(), looks = looks + 1,
      due_at = CASE WHEN ${againSeconds ?? null}::float8 IS NULL THEN NULL ELSE now() + make_interval(secs => ${againSeconds ?? 0}) END
    WHERE id = ${id}::uuid AND status = 'sent'`)
  return ended === 1
}
