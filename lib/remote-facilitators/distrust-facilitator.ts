import { db, sql } from '@/lib/db'
import * as Breaker from './Breaker'

/** Opens the circuit at once, for a facilitator that made a false claim. */
export async function distrustFacilitator(id: string, error: string): Promise<void> {
  await db.execute(sql`
    UPDATE facilitator_upstream
    SET failures = greatest(failures, ${Breaker.failuresMax}) + 16, last_error = ${error}, last_error_at = now(),
      open_until = now() + make_interval(secs => ${Breaker.pauseAfter(Breaker.failuresMax + 16) / 1000})
    WHERE id = ${id}::uuid`)
}
