import { db, isDead, processId, sql, type Sql } from '@/lib/db'
import { timeoutMs } from './post-message'
import { type ClaimedDelivery } from './ClaimedDelivery'

/** Longer than one try. */
const leaseMs = timeoutMs + 10_000

/** The most parallel deliveries to one receiver: a slow one takes no worker from the others. */
export const perTargetMax = 4

export const free: Sql = sql`(d.lease_until IS NULL OR d.lease_until < now() OR ${isDead(sql`d.lease_owner`)})`

/** The first of its subject: no earlier delivery of the subject waits. */
export const isFirst: Sql = sql`NOT EXISTS (
  SELECT 1 FROM webhook_delivery b
  WHERE b.target = d.target AND b.subject = d.subject AND b.status = 'waiting' AND b.position < d.position)`

/** The condition of `deliverDueWebhooks`. */
export const isDue: Sql = sql`d.status = 'waiting' AND d.due_at <= now() AND ${free} AND ${isFirst}`

type Row = Omit<ClaimedDelivery, 'sealed'> & { current: Buffer | null; previous: Buffer | null }

export async function claimChosen(chosen: Sql): Promise<ClaimedDelivery | undefined> {
  const [row] = await db.query<Row>(sql`
    WITH chosen AS (${chosen}),
      taken AS (
        UPDATE webhook_delivery d
        SET lease_owner = ${processId}::uuid, lease_until = now() + make_interval(secs => ${leaseMs / 1000})
        FROM chosen WHERE d.id = chosen.id
        RETURNING d.*)
    SELECT t.id, t.endpoint_id, t.merchant_id, t.target, t.subject, t.type, t.payload,
      coalesce(e.url, t.url) AS url, e.sealed AS current,
      CASE WHEN e.previous_until > now() THEN e.sealed_previous END AS previous
    FROM taken t LEFT JOIN webhook_endpoint e ON e.id = t.endpoint_id`)
  if (!row) return undefined
  const { current, previous, ...rest } = row
  return { ...rest, sealed: [current, previous].filter((sealed) => sealed !== null) }
}
