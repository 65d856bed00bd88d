import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

/**
 * New migrations run while the installation sells: on a database with business in it, one session holds what it wrote open, and others
 * go on to read and write every table. No statement waits longer than a second for a lock, by the server's clock.
 */

const folder = path.join(import.meta.dirname, '..', 'prisma', 'migrations')
const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
/** From here on they have to. */
const first = '20261130100000_parts'
const online = names.filter((name) => name >= first)
const textOf = (name: string) => readFileSync(path.join(folder, name, 'migration.sql'), 'utf8')

const database = 'migrated_while_it_sells'
const payments = 3_000
let admin: pg.Client
let clients: pg.Client[] = []

function urlOf(name: string): string {
  const url = new URL(process.env['DATABASE_URL'] ?? '')
  url.pathname = `/${name}`
  return url.href
}

async function open(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: urlOf(database) })
  await client.connect()
  clients.push(client)
  return client
}

beforeAll(async () => {
  admin = new pg.Client({ connectionString: process.env['DATABASE_URL'] })
  await admin.connect()
  await admin.query(`DROP DATABASE IF EXISTS ${database}`)
  await admin.query(`CREATE DATABASE ${database} TEMPLATE template0`)
  const client = await open()
  for (const name of names) if (name < first) await client.query(textOf(name))
  for (const statement of business) await client.query(statement)
})
// Every migration opens a few: together they would be more than the server takes.
afterEach(async () => {
  await Promise.all(clients.map((client) => client.end()))
  clients = []
})
afterAll(async () => {
  await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
  await admin.end()
})

const merchant = `md5('m')::uuid`
const business = [
  `SET session_replication_role = replica`,
  `INSERT INTO merchant (id, slug, name) VALUES (${merchant}, 'm', 'M')`,
  `INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros) VALUES (md5('r')::uuid, ${merchant}, 'GET', '/x', 'X', 'http://x', 1)`,
  `INSERT INTO transaction (id, network, kind, signer, purpose, status, hash)
    SELECT md5('t' || n)::uuid, 'eip155:1', 'call', '0xs', 'settlement', 'final', 'h' || n FROM generate_series(1, ${payments / 10}) n`,
  `INSERT INTO settlement_batch (id, network, asset, form, status, transaction_id, size, amount_base)
    SELECT md5('b' || n)::uuid, 'eip155:1', '0xa', 'aggregate', 'applied', md5('t' || n)::uuid, 10, 100 FROM generate_series(1, ${payments / 10}) n`,
  `INSERT INTO payment (id, merchant_id, resource_id, protocol, scheme, wire, network, asset, payer, pay_to, amount_base, claim_key, fingerprint,
      request, quote_id, quoted_at, settle_when, status, settlement, challenge, credential, instrument, batch_id, transaction_id)
    SELECT md5('p' || n)::uuid, ${merchant}, md5('r')::uuid, 'x402', 'exact', 'x402 v2', 'eip155:1', '0xa', '0xp' || n % 50, '0xt', 10, 'k|' || n,
      '\\x00', '{}', 'q' || n, now(), 'after', (CASE WHEN n % 30 = 0 THEN 'refunded' ELSE 'delivered' END)::payment_status, 'settled',
      '{}', '{}', '{}', md5('b' || 1 + n / 10)::uuid, md5('t' || 1 + n / 10)::uuid FROM generate_series(0, ${payments - 1}) n`,
  `INSERT INTO refund (id, payment_id, network, asset, "to", amount_base, reason)
    SELECT md5('rf' || n)::uuid, md5('p' || n)::uuid, 'eip155:1', '0xa', '0xp', 10, 'r' FROM generate_series(0, ${payments - 1}, 30) n`,
  `INSERT INTO channel (id, merchant_id, resource_id, protocol, wire, network, escrow, asset, payer, payee, operator, signer, descriptor,
      status, deposit_base, open_transaction_id)
    VALUES ('0xc', ${merchant}, md5('r')::uuid, 'mpp', 'mpp tempo session', 'eip155:1', '0xe', '0xa', '0xp', '0xt', '0xo', '0xp', '{}', 'open', 100, md5('o')::uuid)`,
  `INSERT INTO voucher (channel_id, cumulative_base, signature, charged_base, units) VALUES ('0xc', 5, '\\x00', 5, 1)`,
  `INSERT INTO channel_settlement (id, batch_id, channel_id, kind, trigger, cumulative_base, spent_base, units, vouchers)
    VALUES (md5('cs')::uuid, md5('b1')::uuid, '0xc', 'settle', 'units', 5, 5, 1, 1)`,
  `INSERT INTO audit_event (type, actor, merchant_id, payment_id, transaction_id, data)
    SELECT 'payment.settling', '{"kind":"system","id":"x"}', ${merchant}, md5('p' || n)::uuid, md5('t' || 1 + n / 10)::uuid, '{}' FROM generate_series(0, ${payments - 1}) n`,
  `INSERT INTO webhook_delivery (id, merchant_id, url, target, subject, type, payload)
    VALUES (md5('wd')::uuid, ${merchant}, 'http://x', 'callback:x', 'payment:1', 'payment.settled', '{}')`,
  `RESET session_replication_role`,
  `ANALYZE`,
]

/** The writes of a selling installation to each table that a migration touches. Missing rows are made once. */
const work = [
  `UPDATE payment SET upstream_status = 200 WHERE id = md5('p1')::uuid`,
  `UPDATE refund SET held_reason = 'h' WHERE payment_id = md5('p0')::uuid`,
  `UPDATE transaction SET held_reason = 'h' WHERE id = md5('t1')::uuid`,
  `UPDATE settlement_batch SET waits_for = 'w' WHERE id = md5('b1')::uuid`,
  `UPDATE channel SET error = NULL WHERE id = '0xc'`,
  `UPDATE voucher SET upstream_status = 200 WHERE channel_id = '0xc'`,
  `UPDATE channel_settlement SET error = NULL WHERE channel_id = '0xc'`,
  `UPDATE webhook_delivery SET attempts = 1`,
  `INSERT INTO audit_event (type, actor, merchant_id, payment_id, transaction_id, data)
    VALUES ('payment.settled', '{"kind":"system","id":"x"}', ${merchant}, md5('p1')::uuid, md5('t1')::uuid, '{}')`,
]
const reads = [
  'payment',
  'refund',
  'transaction',
  'settlement_batch',
  'channel',
  'voucher',
  'audit_event',
  'webhook_delivery',
]

async function sell(client: pg.Client): Promise<void> {
  for (const statement of work) await client.query(statement)
  for (const table of reads) await client.query(`SELECT count(*) FROM ${table}`)
}

/** As a session that wrote to every table and has not committed: it changes no row and holds the lock of each table. */
async function holdAll(client: pg.Client): Promise<void> {
  await client.query('BEGIN')
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> '_prisma_migrations'`,
  )
  for (const { name } of rows) await client.query(`LOCK TABLE ${client.escapeIdentifier(name)} IN ROW EXCLUSIVE MODE`)
}

/** Of a table that is written to: it has to wait for those who write. */
const takesLocks = /CREATE INDEX CONCURRENTLY|^SELECT briefly\(/m

describe('a new migration', () => {
  it.each(online)('%s waits for running transactions, and blocks no other statement meanwhile', async (name) => {
    const [holder, seller, migrator] = [await open(), await open(), await open()]
    await seller.query(`SET lock_timeout = '1s'`)
    await holdAll(holder)
    let isDone = false
    const migrated = migrator.query(textOf(name)).finally(() => (isDone = true))
    migrated.catch(() => undefined)
    try {
      // A statement that waits a second for a lock is refused by the server.
      for (let round = 0; round < 4; round++) await sell(seller)
      expect(takesLocks.test(textOf(name)) && isDone).toBe(false)
    } finally {
      await holder.query('COMMIT')
    }
    await migrated
    await sell(seller)
  })

  it('leaves every index valid, and what was there before in the sums and parts', async () => {
    const client = await open()
    const { rows: invalid } = await client.query(
      `SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid`,
    )
    expect(invalid).toEqual([])
    const { rows } = await client.query<Record<string, string>>(`
      SELECT (SELECT count(*) FROM transaction_part)::text AS parts, (SELECT count(*) FROM batch_part)::text AS batches,
        (SELECT sum(sold) FROM sale)::text AS sold, (SELECT sum(calls) FROM payer_sale)::text AS calls,
        (SELECT count(*) FROM refund WHERE merchant_id = ${merchant})::text AS refunds`)
    expect(rows).toEqual([
      {
        parts: String(payments / 10),
        batches: String(payments / 10),
        sold: String(payments - payments / 30 + 1),
        calls: String(payments),
        refunds: String(payments / 30),
      },
    ])
  })

  it.each(online)('%s has no form that locks a table for as long as it is large', (name) => {
    const text = textOf(name)
      .replaceAll(/^--.*$/gm, '')
      .trim()
    const made = new Set([...text.matchAll(/CREATE TABLE "(\w+)"/g)].map((match) => match[1]))
    const outside = text.replaceAll(/SELECT briefly\([^]*?\);/g, '')
    for (const [, concurrently, table] of outside.matchAll(
      /CREATE (?:UNIQUE )?INDEX (CONCURRENTLY )?.*? ON "(\w+)"/g,
    )) {
      expect(concurrently !== undefined || made.has(table), `an index on ${table} is made CONCURRENTLY`).toBe(true)
      // In a file with anything else Prisma's one message would be one transaction.
      if (concurrently) expect(text.split(';').filter((part) => part.trim())).toHaveLength(1)
    }
    const alters = [...outside.matchAll(/ALTER TABLE [^;]*/g)].map(([alter]) => alter)
    expect(alters.filter((alter) => !alter.includes('VALIDATE CONSTRAINT'))).toEqual([])
    expect(outside).not.toMatch(/CREATE TRIGGER/)
  })
})
