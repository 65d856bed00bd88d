import { db, notifiedCache, sql } from '@/lib/db'
import { findGate } from './find-gate'
import type { PayerGate, PayerStance } from './Payer'

/** Notifications that a merchant's payer rules changed. Payload: the merchant's id. */
export const payerChanged = 'payer_changed'

/** The wallets that a merchant allows or denies, and where it serves only allowed ones. */
export type PayerRules = { wallets: ReadonlyMap<string, PayerStance>; gate: PayerGate }

export const payerRulesCache = notifiedCache(payerChanged, query)

async function query(merchantId: string): Promise<PayerRules> {
  const [noted, gate] = await Promise.all([
    db.query<{ wallet: string; stance: PayerStance }>(sql`
      SELECT wallet, stance::text FROM payer_note WHERE merchant_id = ${merchantId}::uuid AND stance <> 'none'`),
    findGate(merchantId),
  ])
  return { wallets: new Map(noted.map(({ wallet, stance }) => [wallet, stance])), gate }
}
