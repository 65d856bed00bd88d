import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { recordEvents, type AuditEvent } from '@/lib/audit'
import * as ApiKey from '@/lib/auth/ApiKey'
import { hashToken } from '@/lib/auth/token'
import * as SettlementTerms from '@/lib/channels/SettlementTerms'
import { createCtx } from '@/lib/ctx'
import { json, sql, type Sql, type Tx } from '@/lib/db'
import { Amount, Rail } from '@/lib/money'
// Not by the domain's face: that brings the whole gateway's dependencies, seconds at every start of the demo.
import { notifyResourceChanged } from '@/lib/merchants/notify-resource-changed'
import { guestbookRules } from '../guestbook'
import { samples, type Sample } from './samples'

/** The demo's network that has channels. */
const sessionNetwork = 'eip155:1337'

/** When channels are settled, where it is not the default. Lively, so that one sees it work. */
const lively = {
  units: 200,
  amountMicros: Amount.parseDollars('0.25'),
  intervalMs: 30_000,
  idleCloseMs: 10 * 60_000,
}

type SampleName = keyof typeof samples

export type SeedOptions = {
  databaseUrl: string
  /** Origin of the sample upstream. */
  upstreamUrl: string
  /** Pay-to address by CAIP-2 network. */
  payTo: Record<string, string>
  /** Wallet that owns the merchant. */
  operator: string
  /** A key for programs that is known before, so that examples can use it; without it none is made. */
  apiKey?: string
}

type Row = {
  id: string
  upstream_url: string
  revision: number
  price_micros: bigint
  session: boolean
  pay_to: Record<string, string>
}

export const slug = 'demo'

/** Path of each sample resource below the merchant's gateway URL. */
export const samplePaths = Object.fromEntries(
  Object.entries(samples).map(([name, sample]) => [name, sample.path]),
) as Record<SampleName, string>

/**
 * Puts the demo's merchant, its owner and its resources into a migrated database. May be called again: what a
 * person edited in the dashboard stays, only the upstream's origin and the pay-to addresses follow this run.
 */
export async function seed(options: SeedOptions): Promise<void> {
  await inTransaction(options.databaseUrl, (tx) => seedIn(tx, options))
}

export async function inTransaction(databaseUrl: string, work: (tx: Tx) => Promise<void>): Promise<void> {
  // Its own connection: lib/db's pool would ask for the whole environment of the app.
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const tx: Tx = {
    query: async <Result>(statement: Sql) =>
      (await client.query(statement.text, [...statement.values])).rows as Result[],
    execute: async (statement) => (await client.query(statement.text, [...statement.values])).rowCount ?? 0,
  }
  try {
    await client.query('BEGIN')
    await work(tx)
    await client.query('COMMIT')
  } finally {
    await client.end()
  }
}

async function seedIn(tx: Tx, options: SeedOptions): Promise<void> {
  const events: AuditEvent.AuditEvent[] = []
  await tx.execute(sql`
    INSERT INTO merchant (id, slug, name) VALUES (${randomUUID()}, ${slug}, 'Demo merchant') ON CONFLICT (slug) DO NOTHING`)
  const [merchant] = await tx.query<{ id: string }>(sql`SELECT id FROM merchant WHERE slug = ${slug} FOR UPDATE`)
  if (!merchant) throw new Error('the demo merchant could not be made')
  const operator = options.operator.toLowerCase()
  const added = await tx.execute(sql`
    INSERT INTO member (merchant_id, address, role) VALUES (${merchant.id}, ${operator}, 'owner')
    ON CONFLICT (merchant_id, address) DO NOTHING`)
  if (added > 0)
    events.push({ type: 'member.added', merchantId: merchant.id, data: { address: operator, role: 'owner' } })
  await seedPayouts(tx, merchant.id, options.payTo, events)
  const policyId = await seedExecutionPolicy(tx, merchant.id, events)
  if (options.apiKey !== undefined) await seedApiKey(tx, { key: options.apiKey, merchant, policyId, operator }, events)
  for (const sample of Object.values<Sample>(samples)) {
    const upstreamUrl = sample.action ? '' : `${options.upstreamUrl}${sample.path}`
    const payTo = payToOf(sample, options.payTo)
    const found = await findSample(tx, merchant.id, sample)
    if (!found) events.push(await createSample(tx, merchant.id, sample, { upstreamUrl, policyId, payTo }))
    else events.push(...(await followRun(tx, merchant.id, found, sample, upstreamUrl, payTo)))
  }
  events.push(...(await seedPolicy(tx, merchant.id)))
  await notifyResourceChanged(tx, slug)
  await recordEvents(tx, createCtx({ kind: 'system', id: 'seed' }), events)
}

/** Where the merchant is paid; what a person made of that stays. */
export async function seedPayouts(
  tx: Tx,
  merchantId: string,
  payTo: Readonly<Record<string, string>>,
  events: AuditEvent.AuditEvent[],
): Promise<void> {
  const known = await tx.query(sql`SELECT 1 FROM merchant_payout WHERE merchant_id = ${merchantId}::uuid LIMIT 1`)
  if (known.length > 0) return
  const payouts = Object.entries(payTo).map(([network, address]) => ({ network, payTo: address }))
  for (const payout of payouts)
    await tx.execute(sql`
      INSERT INTO merchant_payout (merchant_id, network, pay_to)
      VALUES (${merchantId}::uuid, ${payout.network}, ${payout.payTo})`)
  const data = { before: { payouts: [], delayHours: 0 }, after: { payouts, delayHours: 0 } }
  events.push({ type: 'merchant.payouts_changed', merchantId, data })
}

/** A sample that is sold by sessions alone is paid only where they are. */
function payToOf({ sessions, rails }: Sample, payTo: Record<string, string>): Record<string, string> {
  const isWanted = (network: string) =>
    Rail.kindOf(network) ? rails === true : !sessions?.alone || network === sessionNetwork
  return Object.fromEntries(Object.entries(payTo).filter(([network]) => isWanted(network)))
}

/** Settles a merchant's channels of a network often enough to watch it; what a person made of that stays. */
export async function seedPolicy(
  tx: Tx,
  merchantId: string,
  network = sessionNetwork,
): Promise<AuditEvent.AuditEvent[]> {
  const { limits } = SettlementTerms.defaults
  const schedule = { ...SettlementTerms.defaults.schedule, ...lively }
  const added = await tx.execute(sql`
    INSERT INTO channel_policy (merchant_id, network, settle_units, settle_amount_micros, settle_interval_ms,
      settle_exposure_micros, idle_close_ms, excess_max_micros, min_deposit_micros, min_delta_micros,
      vouchers_per_second, channel_max_micros, payer_max_micros)
    VALUES (${merchantId}, ${network}, ${schedule.units}, ${schedule.amountMicros}, ${schedule.intervalMs},
      ${schedule.exposureMicros}, ${schedule.idleCloseMs}, ${schedule.excessMaxMicros}, ${limits.minDepositMicros},
      ${limits.minDeltaMicros}, ${limits.vouchersPerSecond}, ${limits.channelMaxMicros}, ${limits.payerMaxMicros})
    ON CONFLICT (merchant_id, network) DO NOTHING`)
  if (added === 0) return []
  const changes = Object.fromEntries(
    Object.entries(lively).map(([field, to]) => [
      field,
      { from: SettlementTerms.defaults.schedule[field as keyof typeof lively], to },
    ]),
  )
  return [{ type: 'policy.updated', merchantId, data: { network, revision: 1, changes } }]
}

/** The policy of the guestbook; what a person made of it stays. */
async function seedExecutionPolicy(tx: Tx, merchantId: string, events: AuditEvent.AuditEvent[]): Promise<string> {
  const id = randomUUID()
  const name = 'Guestbook'
  const added = await tx.execute(sql`
    INSERT INTO execution_policy (id, merchant_id, name, rules)
    VALUES (${id}, ${merchantId}, ${name}, ${json(guestbookRules)}::jsonb) ON CONFLICT (merchant_id, name) DO NOTHING`)
  if (added === 1) {
    const data = { policyId: id, version: 1, name, rules: guestbookRules }
    events.push({ type: 'execution_policy.created', merchantId, data })
    return id
  }
  const [known] = await tx.query<{ id: string }>(
    sql`SELECT id FROM execution_policy WHERE merchant_id = ${merchantId} AND name = ${name}`,
  )
  if (!known) throw new Error('the policy of the guestbook could not be made')
  return known.id
}

/** A key under the guestbook's policy. One that a person revoked stays revoked. */
async function seedApiKey(
  tx: Tx,
  { key, merchant, policyId, operator }: { key: string; merchant: { id: string }; policyId: string; operator: string },
  events: AuditEvent.AuditEvent[],
): Promise<void> {
  const keyId = randomUUID()
  const prefix = ApiKey.prefixOf(key)
  if (prefix === undefined) throw new Error('the API key of the demo has another form than keys have')
  const scopes = ['transactions:read', 'transactions:write']
  const made = await tx.query<{ id: string }>(sql`
    INSERT INTO api_key (id, merchant_id, name, prefix, hash, scopes, policy_id, created_by)
    SELECT ${keyId}::uuid, ${merchant.id}::uuid, 'Examples', ${prefix}, ${hashToken(key)}, ${scopes}::text[], ${policyId}::uuid, ${operator}
    WHERE NOT EXISTS (SELECT 1 FROM api_key WHERE hash = ${hashToken(key)})
    RETURNING id`)
  if (made.length === 0) return
  const data = { keyId, prefix, scopes, policyId, expiresAt: null }
  events.push({ type: 'api_key.created', merchantId: merchant.id, data, sensitive: { name: 'Examples' } })
}

export async function findSample(tx: Tx, merchantId: string, sample: Sample): Promise<Row | undefined> {
  const [row] = await tx.query<Omit<Row, 'price_micros'> & { price_micros: string }>(sql`
    SELECT id, upstream_url, revision, price_micros, session,
      (SELECT coalesce(json_object_agg(network, pay_to), '{}') FROM resource_payout WHERE resource_id = resource.id) AS pay_to
    FROM resource WHERE merchant_id = ${merchantId} AND method = ${sample.method} AND path = ${sample.path} FOR UPDATE`)
  return row && { ...row, price_micros: Amount.parseBase(row.price_micros) }
}

export async function createSample(
  tx: Tx,
  merchantId: string,
  sample: Sample,
  { upstreamUrl, policyId, payTo }: { upstreamUrl: string; policyId: string; payTo: Record<string, string> },
): Promise<AuditEvent.AuditEvent> {
  const id = randomUUID()
  const priceMicros = Amount.parseDollars(sample.price)
  await tx.execute(sql`
    INSERT INTO resource (id, merchant_id, method, path, name, description, mime_type, upstream_url, execution,
      policy_id, side_effects, price_micros, streaming, session, meter, unit_type, deposit_units, listing, access_seconds,
      permit2, own_payouts, pricing)
    VALUES (${id}, ${merchantId}, ${sample.method}, ${sample.path}, ${sample.name}, ${sample.description},
      ${sample.mimeType ?? 'application/json'}, ${upstreamUrl}, ${sample.action ? json(sample.action) : null}::jsonb,
      ${sample.action ? policyId : null}, ${sample.action !== undefined}, ${priceMicros}, ${sample.streaming ?? false},
      ${sample.sessions !== undefined}, ${sample.sessions?.meter ?? 'request'}::meter,
      ${sample.sessions?.unitType ?? 'request'}, ${sample.sessions?.depositUnits ?? 1_000},
      ${json(sample.listing ?? {})}::json, ${sample.accessSeconds ?? null}, ${sample.permit2 ?? false}, ${sample.sessions?.alone ?? false},
      ${sample.pricing === undefined ? null : json(sample.pricing)}::jsonb)`)
  await writePayouts(tx, id, payTo)
  await tx.execute(sql`
    INSERT INTO resource_price (resource_id, revision, price_micros, pay_to, pricing)
    VALUES (${id}, 1, ${priceMicros}, ${json(payTo)}::jsonb,
      ${sample.pricing === undefined ? null : json(sample.pricing)}::jsonb)`)
  return { type: 'resource.created', merchantId, resourceId: id, data: { ...sample, upstreamUrl, payTo } }
}

/** The upstream's port and the demo's keys may be others than in the last run, and so may what a sample sells. */
export async function followRun(
  tx: Tx,
  merchantId: string,
  row: Row,
  sample: Sample,
  upstreamUrl: string,
  payTo: Record<string, string>,
): Promise<AuditEvent.AuditEvent[]> {
  const changes: Record<string, unknown> = {}
  // Only while it still is the sample upstream: a person may have pointed it elsewhere.
  if (!sample.action && row.upstream_url !== upstreamUrl && isLocalTwin(row.upstream_url, upstreamUrl)) {
    await tx.execute(sql`UPDATE resource SET upstream_url = ${upstreamUrl}, updated_at = now() WHERE id = ${row.id}`)
    changes.upstreamUrl = upstreamUrl
  }
  const moved = Object.entries(payTo).some(
    ([network, address]) => row.pay_to[network] !== undefined && row.pay_to[network] !== address,
  )
  // Older than sessions, and never edited.
  const isOlder = sample.sessions !== undefined && !row.session && row.revision === 1
  if (isOlder) {
    await tx.execute(sql`DELETE FROM resource_payout WHERE resource_id = ${row.id}`)
    await tx.execute(sql`
      UPDATE resource SET price_micros = ${Amount.parseDollars(sample.price)}, description = ${sample.description},
        session = true, meter = ${sample.sessions?.meter}::meter, unit_type = ${sample.sessions?.unitType},
        deposit_units = ${sample.sessions?.depositUnits}
      WHERE id = ${row.id}`)
    changes.sample = sample
  }
  if (moved || isOlder) {
    const next = isOlder ? payTo : { ...row.pay_to, ...payTo }
    const priceMicros = isOlder ? Amount.parseDollars(sample.price) : row.price_micros
    await writePayouts(tx, row.id, next)
    await tx.execute(sql`UPDATE resource SET revision = ${row.revision + 1}, updated_at = now() WHERE id = ${row.id}`)
    await tx.execute(sql`
      UPDATE resource_price SET valid_until = now() WHERE resource_id = ${row.id} AND valid_until IS NULL`)
    await tx.execute(sql`
      INSERT INTO resource_price (resource_id, revision, price_micros, pay_to)
      VALUES (${row.id}, ${row.revision + 1}, ${priceMicros}, ${json(next)}::jsonb)`)
    changes.payTo = next
  }
  if (Object.keys(changes).length === 0) return []
  return [{ type: 'resource.updated', merchantId, resourceId: row.id, data: changes }]
}

async function writePayouts(tx: Tx, resourceId: string, payTo: Record<string, string>): Promise<void> {
  for (const [network, address] of Object.entries(payTo))
    await tx.execute(sql`
      INSERT INTO resource_payout (resource_id, network, pay_to) VALUES (${resourceId}, ${network}, ${address})
      ON CONFLICT (resource_id, network) DO UPDATE SET pay_to = EXCLUDED.pay_to`)
}

function isLocalTwin(before: string, after: string): boolean {
  const [left, right] = [new URL(before), new URL(after)]
  return left.hostname === right.hostname && left.pathname === right.pathname
}

/** `tsx sandbox/seed/seed.ts` with DATABASE_URL: seeds as the running demo would. */
async function main(): Promise<void> {
  const databaseUrl = process.env.DATABASE_URL
  if (!databaseUrl) throw new Error('set DATABASE_URL to the database to seed')
  const file = path.resolve(process.env.SLUICE_DATA_DIR ?? '.data', 'demo.json')
  let demo: {
    merchant: { payouts: Record<string, string> }
    operator: { address: string }
    upstream: { baseUrl: string }
  }
  try {
    demo = JSON.parse(readFileSync(file, 'utf8')) as typeof demo
  } catch {
    throw new Error(`${file} says what to seed and is not there: start \`npm run demo\`, which seeds by itself`)
  }
  const payTo = demo.merchant.payouts
  await seed({ databaseUrl, upstreamUrl: demo.upstream.baseUrl, payTo, operator: demo.operator.address })
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  await main().catch((error: Error) => {
    console.error(error.message)
    process.exitCode = 1
  })
