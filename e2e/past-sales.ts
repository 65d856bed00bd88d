import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Demo } from './demo'

/**
 * Ten sales of the shop in an earlier month, as rows: nothing can be sold in the past. Eight are settled and paid back from the address
 * that they arrived at, so that it holds what the chain says; two are earned and not settled.
 * May be called twice.
 * @returns the month, "2026-10".
 */
export async function insertPastSales(demo: Demo): Promise<string> {
  const now = new Date()
  const at = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 15, 12))
  const month = at.toISOString().slice(0, 7)
  const client = new pg.Client({ connectionString: demo.databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ merchant: string; resource: string }>(
      `SELECT m.id AS merchant, r.id AS resource FROM merchant m JOIN resource r ON r.merchant_id = m.id
       WHERE m.slug = $1 ORDER BY r.created_at LIMIT 1`,
      [demo.merchant.slug],
    )
    const known = await client.query(`SELECT FROM payment WHERE claim_key LIKE 'past|%'`)
    if (known.rowCount) return month
    const { merchant, resource } = rows[0] ?? { merchant: '', resource: '' }
    const network = Object.keys(demo.networks)[0] ?? ''
    const asset = demo.networks[network]?.asset.toLowerCase() ?? ''
    for (let n = 0; n < 10; n++) {
      const [id, when] = [randomUUID(), new Date(at.getTime() + n * 3_600_000)]
      const status = n < 8 ? 'settled' : 'failed'
      await client.query(
        `INSERT INTO payment (id, merchant_id, resource_id, protocol, scheme, wire, network, asset, payer, pay_to, amount_base, claim_key,
           fingerprint, request, quote_id, quoted_at, settle_when, status, settlement, challenge, credential, instrument, created_at, delivered_at)
         VALUES ($1, $2, $3, 'x402', 'exact', 'x402 v2', $4, $5, $6, $7, $8, $9, '\\x00', '{"method":"GET","path":"/past"}', 'q', $10, 'after',
           'delivered', $11, '{}', '{}', '{}', $10, $10)`,
        [
          id,
          merchant,
          resource,
          network,
          asset,
          `0x${String(n % 3).padStart(40, 'c')}`,
          demo.merchant.payTo.toLowerCase(),
          10_000 + n,
          `past|${id}`,
          when,
          status,
        ],
      )
      const book = (reason: string, debit: string, credit: string) =>
        client.query(
          `INSERT INTO transfer (kind, reason, debit, credit, network, asset, amount_base, payment_id, at)
           VALUES ('direct', $1, $2, $3, $4, $5, $6, $7, $8)`,
          [reason, debit, credit, network, asset, 10_000 + n, id, when],
        )
      const cash = `cash:${demo.merchant.payTo.toLowerCase()}`
      await book('earn', `receivable:${merchant}`, `revenue:${merchant}`)
      if (n >= 8) continue
      await book('settle', cash, `receivable:${merchant}`)
      await book('refund_owed', `revenue:${merchant}`, `refund_payable:${merchant}`)
      await book('refund_paid', `refund_payable:${merchant}`, cash)
    }
  } finally {
    await client.end()
  }
  return month
}
