import { sql, type Tx } from '@/lib/db'
import { perTargetMax } from './delivery-lease'

/** The task of graphile-worker that delivers; its payload is `{ target }`. */
export const task = 'deliver-webhooks'

/**
 * Wakes workers when the transaction commits, or `delayMs` later: one for each time that a target is named, up to its parallel
 * limit. The delivery rows are the queue. This job only wakes a worker sooner; `deliverDueWebhooks` finds the rows anyway.
 */
export async function ring(tx: Tx, targets: readonly string[], delayMs = 0): Promise<void> {
  const [queue] = await tx.query<{ ready: boolean }>(
    sql`SELECT to_regproc('graphile_worker.add_job') IS NOT NULL AS ready`,
  )
  if (!queue?.ready) return
  await tx.execute(sql`
    SELECT graphile_worker.add_job(${task}, json_build_object('target', target),
      run_at => now() + make_interval(secs => ${delayMs / 1000}))
    FROM (SELECT target, row_number() OVER (PARTITION BY target) AS place FROM unnest(${targets}::text[]) AS target) named
    WHERE place <= ${perTargetMax}`)
}
