import { randomBytes, randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Eip3009 } from '@/lib/chains'
import { createCtx } from '@/lib/ctx'
import { db, json, sql } from '@/lib/db'
import { submitDue } from '@/lib/execution'
import { applyDue } from './apply-due'

// Batches that cannot be booked stand in front of one that can. No chain: one network refuses connections, another one hangs.

const ctx = createCtx({ kind: 'system', id: 'test' })
const stuckNetwork = 'eip155:84532'
const hangingNetwork = 'eip155:1337'
const [merchantId, resourceId] = [randomUUID(), randomUUID()]
const asset = `0x${'a'.repeat(40)}`
const payTo = `0x${'b'.repeat(40)}`
let hanging: Server

beforeAll(async () => {
  hanging = createServer(() => undefined)
  await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve))
  process.env.NETWORKS = JSON.stringify({
    [stuckNetwork]: { rpcUrls: ['http://127.0.0.1:9'] },
    [hangingNetwork]: { rpcUrls: [`http://127.0.0.1:${(hanging.address() as AddressInfo).port}`] },
  })
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}::uuid, 'acme', 'Acme')`)
  await db.execute(sql`
    INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros)
    VALUES (${resourceId}::uuid, ${merchantId}::uuid, 'GET', '/x', 'X', 'https://up.example/x', 10000)`)
})
afterAll(() => {
  hanging.closeAllConnections()
  hanging.close()
})

/** Batches of one payment each whose transaction reverted for good; what used the nonces cannot be told without a chain. */
async function insertStuck(count: number, network: string): Promise<void> {
  const [batch, transaction] = [randomUUID().slice(0, 8), randomUUID().slice(0, 8)]
  const id = (prefix: string) => sql`(${prefix} || '-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid`
  const numbers = sql`generate_series(1, ${count}::int) n`
  await db.execute(sql`
    INSERT INTO transaction (id, network, kind, signer, purpose, status, error, hash, block_number)
    SELECT ${id(transaction)}, ${network}, 'call', ${payTo}, 'settlement', 'reverted', 'x', ${transaction} || n, 5 FROM ${numbers}`)
  await db.execute(sql`
    INSERT INTO settlement_batch (id, network, asset, form, transaction_id, size, amount_base, created_at, due_at)
    SELECT ${id(batch)}, ${network}, ${asset}, 'single', ${id(transaction)}, 1, 1, now() - interval '1 hour', now() - interval '1 hour'
    FROM ${numbers}`)
  await db.execute(sql`
    INSERT INTO payment (id, merchant_id, resource_id, protocol, scheme, wire, network, asset, payer, pay_to, amount_base,
      claim_key, fingerprint, request, quote_id, quoted_at, settle_when, status, settlement, challenge, credential, instrument,
      batch_id, transaction_id)
    SELECT gen_random_uuid(), ${merchantId}::uuid, ${resourceId}::uuid, 'x402', 'exact', 'x402 v2', ${network}, ${asset},
      ${payTo}, ${payTo}, 1, ${batch} || n, '\\x00', '{}', 'q', now(), 'after', 'authorized', 'pending', '{}', '{}',
      ${json({ kind: 'eip3009', from: payTo, to: payTo, value: '1', nonce: `0x${'0'.repeat(64)}` })}::jsonb,
      ${id(batch)}, ${id(transaction)}
    FROM ${numbers}`)
}

/** One whose own transaction shows the transfer. @returns the payment's id. */
async function insertGood(network: string): Promise<string> {
  const [paymentId, batchId, transactionId] = [randomUUID(), randomUUID(), randomUUID()]
  const [payer, nonce] = [`0x${randomBytes(20).toString('hex')}`, `0x${randomBytes(32).toString('hex')}`]
  const topic = (address: string) => `0x${address.slice(2).padStart(64, '0')}`
  const transfer = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'
  const logs = [
    { address: asset, logIndex: 0, topics: [Eip3009.usedTopic, topic(payer), nonce], data: '0x' },
    {
      address: asset,
      logIndex: 1,
      topics: [transfer, topic(payer), topic(payTo)],
      data: `0x${(1).toString(16).padStart(64, '0')}`,
    },
  ]
  const instrument = { kind: 'eip3009', from: payer, to: payTo, value: '1', nonce }
  await db.execute(sql`
    INSERT INTO transaction (id, network, kind, signer, purpose, status, hash, block_number, logs)
    VALUES (${transactionId}::uuid, ${network}, 'call', ${payTo}, 'settlement', 'final', ${transactionId}, 5, ${json(logs)}::jsonb)`)
  await db.execute(sql`
    INSERT INTO settlement_batch (id, network, asset, form, transaction_id, size, amount_base)
    VALUES (${batchId}::uuid, ${network}, ${asset}, 'single', ${transactionId}::uuid, 1, 1)`)
  await db.execute(sql`
    INSERT INTO payment (id, merchant_id, resource_id, protocol, scheme, wire, network, asset, payer, pay_to, amount_base,
      claim_key, fingerprint, request, quote_id, quoted_at, settle_when, status, settlement, challenge, credential, instrument,
      batch_id, transaction_id)
    VALUES (${paymentId}::uuid, ${merchantId}::uuid, ${resourceId}::uuid, 'x402', 'exact', 'x402 v2', ${network}, ${asset},
      ${payer}, ${payTo}, 1, ${paymentId}, '\\x00', '{"path":"/x","query":""}', 'q', now(), 'after', 'authorized', 'pending', '{}',
      '{}', ${json(instrument)}::jsonb, ${batchId}::uuid, ${transactionId}::uuid)`)
  await db.execute(sql`
    INSERT INTO exposure (network, asset, payer, reserved_base) VALUES (${network}, ${asset}, ${payer}, 1)`)
  return paymentId
}

const settlementOf = async (id: string) =>
  (await db.query<{ settlement: string }>(sql`SELECT settlement FROM payment WHERE id = ${id}::uuid`))[0]?.settlement

it('books the next good batch in the next run, behind ten thousand whose outcome cannot be told', async () => {
  await insertStuck(10_000, stuckNetwork)
  await applyDue(ctx, 1_000)
  const good = await insertGood(stuckNetwork)
  const running = applyDue(ctx, 2_000)
  await expect.poll(() => settlementOf(good), { interval: 10 }).toBe('settled')
  const [looked] = await db.query<{ again: number; why: string; fresh: number }>(sql`
    SELECT count(*) FILTER (WHERE looks > 0 AND due_at > now())::int AS again, min(waits_for) AS why,
      count(*) FILTER (WHERE looks = 0)::int AS fresh
    FROM settlement_batch WHERE status = 'submitted'`)
  await running
  // What could not be told is not looked at again at once, and says why.
  expect(looked?.again).toBeGreaterThan(0)
  expect(looked?.why).toMatch(/cannot be asked/)
  // It was booked ahead of thousands that were not looked at yet.
  expect(looked?.fresh).toBeGreaterThan(1_000)
})

it('books on one network while the endpoint of another one hangs', async () => {
  await insertStuck(200, hangingNetwork)
  let isOver = false
  const running = applyDue(ctx).then(() => (isOver = true))
  // It comes while that run is stuck on the other network.
  const good = await insertGood(stuckNetwork)
  await expect.poll(() => settlementOf(good), { interval: 50 }).toBe('settled')
  expect(isOver).toBe(false)
  hanging.closeAllConnections()
  await running
})

it('drives transactions of one network while the endpoint of another one hangs', async () => {
  const insert = async (network: string) => {
    const id = randomUUID()
    await db.execute(sql`
      INSERT INTO transaction (id, network, kind, signer, purpose, "to", data, due_at)
      VALUES (${id}::uuid, ${network}, 'call', ${payTo}, 'execution', ${payTo}, '', now() - interval '1 hour')`)
    return id
  }
  for (let count = 0; count < 20; count++) await insert(hangingNetwork)
  const other = await insert(stuckNetwork)
  const running = submitDue(ctx, 10_000)
  // Its endpoint refuses connections, so that it is given back at once.
  const isTried = async () =>
    (await db.query(sql`SELECT 1 FROM transaction WHERE id = ${other}::uuid AND epoch > 0 AND lease_until IS NULL`))
      .length
  await expect.poll(isTried, { interval: 50 }).toBe(1)
  hanging.closeAllConnections()
  await running
})
