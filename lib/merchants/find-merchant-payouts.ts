import { db, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import type { PayoutProfile } from './MerchantDraft'

type Source = Pick<typeof db, 'query'>

/** The payouts of a merchant that are in force, by network; none for a merchant that has set none. Reads only. */
export async function findMerchantPayouts(merchantId: string, source: Source = db): Promise<PayoutProfile> {
  const rows = await source.query<{ delayHours: number; network: Caip2 | null; payTo: string | null }>(sql`
    SELECT m.payout_delay_hours AS delay_hours, p.network, p.pay_to
    FROM merchant m LEFT JOIN merchant_payout p ON p.merchant_id = m.id
    WHERE m.id = ${merchantId}::uuid ORDER BY p.network`)
  return {
    delayHours: rows[0]?.delayHours ?? 0,
    payouts: rows.flatMap(({ network, payTo }) => (network && payTo ? [{ network, payTo }] : [])),
  }
}
