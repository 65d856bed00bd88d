import { isDead, sql } from '@/lib/db'
import { type ClaimedDelivery } from './ClaimedDelivery'
import { claimChosen, isDue, perTargetMax } from './delivery-lease'

/** Leases the next due delivery of a target; undefined if none is due, or enough are running. */
export async function claimNextDelivery(target: string): Promise<ClaimedDelivery | undefined> {
  return claimChosen(sql`
    SELECT d.id FROM webhook_delivery d
    WHERE d.target = ${target} AND ${isDue} AND ${perTargetMax} > (
      SELECT count(*) FROM webhook_delivery u
      WHERE u.target = ${target} AND u.status = 'waiting' AND u.lease_until > now() AND NOT ${isDead(sql`u.lease_owner`)})
    ORDER BY d.due_at, d.position LIMIT 1 FOR UPDATE SKIP LOCKED`)
}
