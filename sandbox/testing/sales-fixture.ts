import { randomUUID } from 'node:crypto'
import { db, sql } from '@/lib/db'
import { evmNetwork, usdc } from '../evm'

export type SoldOptions = { payments: number; fromMs: number; days: number; payers: number }

/** No statement of it takes long, on a machine of any speed. */
const atOnce = 5_000

/**
 * Puts delivered payments of a resource into the database, spread evenly over days and payers, with what they counted: row n cost
 * 10000 + n mod 7 micro-dollars, its request had 100 + n mod 50 bytes and its answer 1000 + n mod 900. Every tenth has no facts,
 * as rows from before they were kept; every third asked ?limit=n mod 20. Money has moved for none of them.
 */
export async function insertSold(
  { merchantId, resourceId }: { merchantId: string; resourceId: string },
  { payments, fromMs, days, payers }: SoldOptions,
): Promise<void> {
  const claims = `seed|${randomUUID()}|`
  for (let first = 0; first < payments; first += atOnce)
    await db.execute(sql`
    INSERT INTO payment (id, merchant_id, resource_id, protocol, scheme, wire, network, asset, payer, pay_to, amount_base,
      claim_key, fingerprint, request, quote_id, quoted_at, settle_when, status, settlement, challenge, credential, instrument,
      created_at, delivered_at, facts)
    SELECT gen_random_uuid(), ${merchantId}::uuid, ${resourceId}::uuid, 'x402', 'exact', 'x402 v2', ${evmNetwork},
      ${usdc.toLowerCase()}, '0x' || lpad(to_hex(n % ${payers}::int), 40, '0'), ${`0x${'9'.repeat(40)}`}, 10000 + n % 7,
      ${claims} || n, '\\x00', json_build_object('method', 'GET', 'query', CASE WHEN n % 3 = 0 THEN 'limit=' || n % 20 ELSE '' END),
      'q', at, 'after', 'delivered', 'settled', '{}', '{}', '{}', at, at,
      CASE WHEN n % 10 > 0 THEN jsonb_build_object('requestBytes', 100 + n % 50, 'responseBytes', 1000 + n % 900) END
    FROM generate_series(${first}::int, ${Math.min(payments, first + atOnce)}::int - 1) n,
      LATERAL (SELECT ${new Date(fromMs)}::timestamptz + n * (make_interval(days => ${days}::int) / ${payments}::float8) AS at) moment`)
}
