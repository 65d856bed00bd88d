import { db, sql } from '@/lib/db'
import type * as RemoteFacilitator from './RemoteFacilitator'

/**
 * Takes the trial request of a facilitator whose pause is over. True for one caller; the others skip this facilitator
 * until the trial ends.
 */
export async function takeTrial({ id, timeoutMs }: RemoteFacilitator.RemoteFacilitator): Promise<boolean> {
  const taken = await db.execute(sql`
    UPDATE facilitator_upstream SET open_until = now() + make_interval(secs => ${timeoutMs / 1000})
    WHERE id = ${id}::uuid AND (open_until IS NULL OR open_until <= now())`)
  return taken === 1
}
