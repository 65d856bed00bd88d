import { log } from '../log'
import { db, sql, withTransaction, type Sql } from '@/lib/db'
import { returnAllowance, type SpentAllowance } from './reserve-allowance'

const batchMax = 200

type Row = SpentAllowance & { outcome: 'settled' | 'failed'; reason: string | null; upstreamId: string | null }

const over: Sql = sql`
  FROM facilitator_hold h
    JOIN payment p ON p.id = h.payment_id
    LEFT JOIN settlement_batch b ON b.id = p.batch_id
    LEFT JOIN transaction t ON t.id = p.transaction_id
    LEFT JOIN transaction d ON d.id = p.deployment_id
  WHERE h.settled_at IS NULL AND (p.settlement = 'settled' OR p.status = 'voided')
    AND (t.id IS NULL OR t.gas_used IS NOT NULL OR t.status IN ('cancelled', 'expired', 'failed'))
    AND (d.id IS NULL OR d.gas_used IS NOT NULL OR d.status IN ('cancelled', 'expired', 'failed'))`

/** SQL condition: `trueUpFacilitations` has something to do. */
export const toTrueUp: Sql = sql`EXISTS (SELECT ${over})`

/**
 * Trues up facilitated payments that have ended: returns the unused part of their caller's caps, and records their cost
 * and, if their process died, their outcome. One that fails does not block the others. Idempotent.
 * @returns the number trued up.
 */
export async function trueUpFacilitations(): Promise<number> {
  // A payment's share of its transaction's fee, plus the deployment of its payer's account. A remote facilitator pays
  // its own fee.
  const ended = await db.query<Row>(sql`
    SELECT h.payment_id, p.settlement = 'settled' AS moved,
      CASE WHEN p.settlement = 'settled' THEN 'settled' ELSE 'failed' END AS outcome,
      CASE WHEN p.settlement = 'settled' THEN NULL ELSE p.reason END AS reason,
      trunc(coalesce(t.fee_lamports, t.gas_used * t.gas_price + coalesce(t.l1_fee_wei, 0), 0) / greatest(b.size, 1))
        + coalesce(d.gas_used * d.gas_price + coalesce(d.l1_fee_wei, 0), 0) AS gas_base,
      CASE WHEN p.settle_via <> 'local' THEN p.settle_via::uuid END AS upstream_id
    ${over} ORDER BY p.created_at DESC LIMIT ${batchMax}`)
  if (ended.length === 0) return 0
  try {
    return await square(ended)
  } catch (error) {
    log().warn({ err: error }, 'settlements could not be squared together, and are one by one')
    let squared = 0
    for (const one of ended)
      squared += await square([one]).catch((cause: unknown) => {
        log().warn({ err: cause, paymentId: one.paymentId }, 'a settlement could not be squared yet')
        return 0
      })
    return squared
  }
}

function square(ended: readonly Row[]): Promise<number> {
  return withTransaction(async (tx) => {
    const squared = new Set(await returnAllowance(tx, ended))
    const now = ended.filter(({ paymentId }) => squared.has(paymentId))
    await tx.execute(sql`
      UPDATE facilitation f SET gas_base = e.gas, upstream_id = e.upstream,
        outcome = CASE WHEN f.outcome = 'pending' THEN e.outcome ELSE f.outcome END,
        reason = CASE WHEN f.outcome = 'pending' THEN e.reason ELSE f.reason END
      FROM unnest(${now.map(({ paymentId }) => paymentId)}::uuid[], ${now.map(({ gasBase }) => gasBase)}::numeric[],
        ${now.map(({ upstreamId }) => upstreamId)}::uuid[], ${now.map(({ outcome }) => outcome)}::text[],
        ${now.map(({ reason }) => reason)}::text[]) AS e(payment_id, gas, upstream, outcome, reason)
      WHERE f.payment_id = e.payment_id AND f.kind = 'settle' AND f.gas_base IS NULL`)
    return squared.size
  })
}
