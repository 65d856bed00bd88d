import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { serveNetworks } from '@/lib/chains'
import { db, sql, type Sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { resolveUnknown } from './resolve-unknown'

/** Payments of each network in one claim. */
const share = 50
/** First delay after a failed look. */
const againMs = 5_000

type Due = { id: string; network: Caip2 }

/** SQL condition: `followCalls` has something to do. */
export const toFollow: Sql = sql`EXISTS (SELECT FROM facilitator_call WHERE due_at <= now() AND ended_at IS NULL)`

/**
 * Looks at the chain for payments that remote facilitators have and no request waits for: after a crash, a timeout or a
 * refusal, until the payer's authorisation can no longer move. A chain that does not answer delays no other network.
 * Safe to run in any process at any time.
 * @returns the number of payments claimed.
 */
export function followCalls(ctx: Ctx, budgetMs: number): Promise<number> {
  const work = async (_: Caip2, due: readonly Due[]) => {
    for (const { id } of due)
      await resolveUnknown(ctx, id).catch((error: unknown) =>
        log().warn({ err: error, paymentId: id }, 'what a facilitator did is not known yet'),
      )
  }
  return serveNetworks({ claim, work, share }, budgetMs / 2)
}

function claim(networks: readonly Caip2[], most: number): Promise<Due[]> {
  return db.query<Due>(sql`
    WITH due AS (
      SELECT d.payment_id, n.network FROM unnest(${networks}::text[]) AS n(network), LATERAL (
        SELECT c.payment_id FROM facilitator_call c JOIN payment p ON p.id = c.payment_id
        WHERE p.network = n.network AND c.due_at <= now() AND c.ended_at IS NULL
        ORDER BY c.due_at LIMIT ${most} FOR UPDATE OF c SKIP LOCKED) AS d)
    UPDATE facilitator_call f SET due_at = now()
      + greatest(make_interval(secs => ${againMs / 1000}), least((now() - f.created_at) / 8, interval '1 minute'))
      * (0.75 + random() / 2)
    FROM due WHERE f.payment_id = due.payment_id
    RETURNING f.payment_id AS id, due.network`)
}
