import { db, processId, sql } from '@/lib/db'
import { type TaskLease } from './lease-statement'

/** A later run's lease is another one, even in this process. */
export async function giveLease({ task, run }: TaskLease, moved: number, failure: string | undefined): Promise<void> {
  await db.execute(sql`
    UPDATE task_run SET lease_owner = NULL, lease_until = NULL, finished_at = now(), moved = ${moved}, error = ${failure ?? null}
    WHERE task = ${task} AND lease_owner = ${processId}::uuid AND runs = ${run}::bigint`)
}
