import { labelNetwork } from '@/lib/chains'
import { db, sql } from '@/lib/db'

type Watched = { merchantId: string; operator: boolean }
type Met = { subject: string; message: string }

const metMax = 100

/** Payments that a card's issuer warned of and that can still be refunded before a dispute. Reads only. */
export async function findFraud({ merchantId, operator }: Watched): Promise<Met[]> {
  const rows = await db.query<{ id: string; network: string; kind: string }>(sql`
    SELECT DISTINCT ON (p.id) p.id, w.network, w.kind FROM fraud_warning w JOIN payment p ON p.id = w.payment_id
    WHERE w.actionable AND (${operator} OR w.merchant_id = ${merchantId}::uuid) AND NOT p.disputed
      AND p.refunded_base < p.amount_base
    ORDER BY p.id, w.warned_at LIMIT ${metMax}`)
  return rows.map(({ id, network, kind }) => ({
    subject: `payment:${id}`,
    message: `The issuer of the card warns of fraud (${kind.replaceAll('_', ' ')}) for payment ${id.slice(0, 8)} on ${labelNetwork(network).name}. A refund now costs its amount; a dispute costs a fee too.`,
  }))
}
