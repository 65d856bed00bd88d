import type { Reader } from '../ctx'
import { db, sql } from '@/lib/db'
import type { PayoutProfile } from './MerchantDraft'

/** A change of payouts as pages show it; times ISO 8601. */
export type PayoutChangeRow = {
  id: string
  before: PayoutProfile
  after: PayoutProfile
  requestedBy: string
  requestedAt: string
  appliesAt: string
  state: 'waiting' | 'applied' | 'cancelled'
}

type Row = Pick<PayoutChangeRow, 'id' | 'requestedBy' | 'state'> & {
  change: { before: PayoutProfile; after: PayoutProfile }
  requestedAt: Date
  appliesAt: Date
}

/** The changes of a merchant's payouts, newest first; the one that waits is among them. Reads only. */
export async function listPayoutChanges({ merchantId }: Reader): Promise<PayoutChangeRow[]> {
  const rows = await db.query<Row>(sql`
    SELECT id, change, requested_by, requested_at, applies_at,
      CASE WHEN cancelled_at IS NOT NULL THEN 'cancelled' WHEN applied_at IS NULL THEN 'waiting' ELSE 'applied' END AS state
    FROM merchant_payout_change WHERE merchant_id = ${merchantId}::uuid ORDER BY requested_at DESC, id LIMIT 50`)
  return rows.map(({ change, requestedAt, appliesAt, ...row }) => ({
    ...row,
    ...change,
    requestedAt: requestedAt.toISOString(),
    appliesAt: appliesAt.toISOString(),
  }))
}
