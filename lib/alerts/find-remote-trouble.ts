import { labelNetwork } from '@/lib/chains'
import { db, sql } from '@/lib/db'

type Watched = { merchantId: string; operator: boolean }
type Met = { subject: string; message: string }

const metMax = 100

/**
 * Payments whose outcome the chain has not shown for this many minutes after a remote facilitator got them, and those
 * of the last day that moved after they counted as failed. Reads only.
 */
export async function findRemoteTrouble({ merchantId, operator }: Watched, minutes: number): Promise<Met[]> {
  const rows = await db.query<{ id: string; network: string; facilitator: string; late: boolean }>(sql`
    SELECT p.id, p.network, u.name AS facilitator, c.ended_at IS NOT NULL AS late
    FROM facilitator_call c JOIN payment p ON p.id = c.payment_id JOIN facilitator_upstream u ON u.id = c.upstream_id
    WHERE (${operator} OR p.merchant_id = ${merchantId}::uuid) AND (
      (c.status IN ('sent', 'claimed', 'silent') AND c.created_at < now() - make_interval(mins => ${minutes})) OR
      (c.status = 'moved' AND c.ended_at > now() - interval '1 day' AND EXISTS (
        SELECT 1 FROM audit_event e WHERE e.payment_id = p.id AND e.type = 'payment.moved_late')))
    ORDER BY c.created_at LIMIT ${metMax}`)
  return rows.map(({ id, network, facilitator, late }) => ({
    subject: `payment:${id}`,
    message: late
      ? `Payment ${id.slice(0, 8)} on ${labelNetwork(network).name} moved after ${facilitator} had refused it: it is owed back.`
      : `Payment ${id.slice(0, 8)} on ${labelNetwork(network).name} was handed to ${facilitator} more than ${minutes} min ago, and the chain does not show it.`,
  }))
}
