import { sql } from '@/lib/db'
import { type ClaimedDelivery } from './ClaimedDelivery'
import { claimChosen, free } from './delivery-lease'

/** Leases this delivery, whatever its state; undefined while it is being tried. */
export async function claimDelivery(id: string): Promise<ClaimedDelivery | undefined> {
  return claimChosen(
    sql`SELECT d.id FROM webhook_delivery d WHERE d.id = ${id}::uuid AND ${free} FOR UPDATE SKIP LOCKED`,
  )
}
